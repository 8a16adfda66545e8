using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Bitrix24Addon.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Privacy : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "FrozenThroughDay",
                table: "portals",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<long>(
                name: "TextsErasedAtMs",
                table: "effects",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "erased",
                columns: table => new
                {
                    PortalId = table.Column<int>(type: "INTEGER", nullable: false),
                    Kind = table.Column<int>(type: "INTEGER", nullable: false),
                    SourceId = table.Column<long>(type: "INTEGER", nullable: false),
                    ErasedAtMs = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_erased", x => new { x.PortalId, x.Kind, x.SourceId });
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "erased");

            migrationBuilder.DropColumn(
                name: "FrozenThroughDay",
                table: "portals");

            migrationBuilder.DropColumn(
                name: "TextsErasedAtMs",
                table: "effects");
        }
    }
}
