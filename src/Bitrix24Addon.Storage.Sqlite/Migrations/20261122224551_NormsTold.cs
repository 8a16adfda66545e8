using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Bitrix24Addon.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class NormsTold : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_verdicts_PortalId_JudgedAtMs",
                table: "verdicts");

            migrationBuilder.AddColumn<long>(
                name: "ToldAtMs",
                table: "verdicts",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_verdicts_PortalId_Revision",
                table: "verdicts",
                columns: new[] { "PortalId", "Revision" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_verdicts_PortalId_Revision",
                table: "verdicts");

            migrationBuilder.DropColumn(
                name: "ToldAtMs",
                table: "verdicts");

            migrationBuilder.CreateIndex(
                name: "IX_verdicts_PortalId_JudgedAtMs",
                table: "verdicts",
                columns: new[] { "PortalId", "JudgedAtMs" });
        }
    }
}
