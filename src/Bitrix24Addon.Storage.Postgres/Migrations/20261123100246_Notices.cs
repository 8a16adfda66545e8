using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Bitrix24Addon.Storage.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class Notices : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "HeldFor",
                table: "effects",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "PersonId",
                table: "effects",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "ToldById",
                table: "effects",
                type: "bigint",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_effects_PortalId_PersonId_LastSentAtMs",
                table: "effects",
                columns: new[] { "PortalId", "PersonId", "LastSentAtMs" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_effects_PortalId_PersonId_LastSentAtMs",
                table: "effects");

            migrationBuilder.DropColumn(
                name: "HeldFor",
                table: "effects");

            migrationBuilder.DropColumn(
                name: "PersonId",
                table: "effects");

            migrationBuilder.DropColumn(
                name: "ToldById",
                table: "effects");
        }
    }
}
