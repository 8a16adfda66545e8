using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Bitrix24Addon.Storage.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class Rules : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "closed_days",
                columns: table => new
                {
                    PortalId = table.Column<int>(type: "integer", nullable: false),
                    Day = table.Column<int>(type: "integer", nullable: false),
                    ClosedAtMs = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_closed_days", x => new { x.PortalId, x.Day });
                });

            migrationBuilder.CreateTable(
                name: "rules",
                columns: table => new
                {
                    PortalId = table.Column<int>(type: "integer", nullable: false),
                    RuleId = table.Column<string>(type: "text", nullable: false),
                    Version = table.Column<int>(type: "integer", nullable: false),
                    SavedAtMs = table.Column<long>(type: "bigint", nullable: false),
                    Document = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_rules", x => new { x.PortalId, x.RuleId, x.Version });
                });

            migrationBuilder.CreateTable(
                name: "verdict_bases",
                columns: table => new
                {
                    PortalId = table.Column<int>(type: "integer", nullable: false),
                    Key = table.Column<string>(type: "text", nullable: false),
                    Document = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_verdict_bases", x => new { x.PortalId, x.Key });
                });

            migrationBuilder.CreateTable(
                name: "verdicts",
                columns: table => new
                {
                    PortalId = table.Column<int>(type: "integer", nullable: false),
                    RuleId = table.Column<string>(type: "text", nullable: false),
                    Day = table.Column<int>(type: "integer", nullable: false),
                    UserId = table.Column<long>(type: "bigint", nullable: false),
                    Revision = table.Column<int>(type: "integer", nullable: false),
                    RuleVersion = table.Column<int>(type: "integer", nullable: false),
                    Outcome = table.Column<string>(type: "text", nullable: false),
                    Reason = table.Column<string>(type: "text", nullable: false),
                    JudgedAtMs = table.Column<long>(type: "bigint", nullable: false),
                    SettingsVersion = table.Column<int>(type: "integer", nullable: false),
                    FactsThrough = table.Column<long>(type: "bigint", nullable: false),
                    Basis = table.Column<string>(type: "text", nullable: false),
                    Document = table.Column<string>(type: "text", nullable: false),
                    IsDry = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_verdicts", x => new { x.PortalId, x.RuleId, x.Day, x.UserId, x.Revision });
                });

            migrationBuilder.CreateIndex(
                name: "IX_verdicts_PortalId_Day",
                table: "verdicts",
                columns: new[] { "PortalId", "Day" });

            migrationBuilder.CreateIndex(
                name: "IX_verdicts_PortalId_JudgedAtMs",
                table: "verdicts",
                columns: new[] { "PortalId", "JudgedAtMs" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "closed_days");

            migrationBuilder.DropTable(
                name: "rules");

            migrationBuilder.DropTable(
                name: "verdict_bases");

            migrationBuilder.DropTable(
                name: "verdicts");
        }
    }
}
