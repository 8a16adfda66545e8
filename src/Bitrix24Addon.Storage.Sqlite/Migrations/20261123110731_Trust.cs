using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Bitrix24Addon.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Trust : Migration
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
                name: "InstallationPostedAtMs",
                table: "portal_access",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<string>(
                name: "TraceParent",
                table: "inbox",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "HeldFor",
                table: "effects",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "PersonId",
                table: "effects",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "TextsErasedAtMs",
                table: "effects",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "ToldById",
                table: "effects",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "TraceParent",
                table: "effects",
                type: "TEXT",
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

            migrationBuilder.CreateTable(
                name: "rest_log",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    PortalId = table.Column<int>(type: "INTEGER", nullable: false),
                    SentAtMs = table.Column<long>(type: "INTEGER", nullable: false),
                    DurationMs = table.Column<long>(type: "INTEGER", nullable: false),
                    Caller = table.Column<string>(type: "TEXT", nullable: false),
                    Methods = table.Column<string>(type: "TEXT", nullable: false),
                    HttpStatus = table.Column<int>(type: "INTEGER", nullable: false),
                    Errors = table.Column<string>(type: "TEXT", nullable: true),
                    OperatingSeconds = table.Column<double>(type: "REAL", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_rest_log", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_effects_PortalId_PersonId_LastSentAtMs",
                table: "effects",
                columns: new[] { "PortalId", "PersonId", "LastSentAtMs" });

            migrationBuilder.CreateIndex(
                name: "IX_rest_log_PortalId_SentAtMs",
                table: "rest_log",
                columns: new[] { "PortalId", "SentAtMs" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "erased");

            migrationBuilder.DropTable(
                name: "rest_log");

            migrationBuilder.DropIndex(
                name: "IX_effects_PortalId_PersonId_LastSentAtMs",
                table: "effects");

            migrationBuilder.DropColumn(
                name: "FrozenThroughDay",
                table: "portals");

            migrationBuilder.DropColumn(
                name: "InstallationPostedAtMs",
                table: "portal_access");

            migrationBuilder.DropColumn(
                name: "TraceParent",
                table: "inbox");

            migrationBuilder.DropColumn(
                name: "HeldFor",
                table: "effects");

            migrationBuilder.DropColumn(
                name: "PersonId",
                table: "effects");

            migrationBuilder.DropColumn(
                name: "TextsErasedAtMs",
                table: "effects");

            migrationBuilder.DropColumn(
                name: "ToldById",
                table: "effects");

            migrationBuilder.DropColumn(
                name: "TraceParent",
                table: "effects");
        }
    }
}
