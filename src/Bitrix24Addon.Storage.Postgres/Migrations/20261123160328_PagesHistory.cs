using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Bitrix24Addon.Storage.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class PagesHistory : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "NewestId",
                table: "source_cursors",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "SavedByUserId",
                table: "settings",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "SavedByUserId",
                table: "rules",
                type: "bigint",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "NewestId",
                table: "source_cursors");

            migrationBuilder.DropColumn(
                name: "SavedByUserId",
                table: "settings");

            migrationBuilder.DropColumn(
                name: "SavedByUserId",
                table: "rules");
        }
    }
}
