using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Bitrix24Addon.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Health : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "TraceParent",
                table: "inbox",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "TraceParent",
                table: "effects",
                type: "TEXT",
                nullable: true);

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
                name: "IX_rest_log_PortalId_SentAtMs",
                table: "rest_log",
                columns: new[] { "PortalId", "SentAtMs" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "rest_log");

            migrationBuilder.DropColumn(
                name: "TraceParent",
                table: "inbox");

            migrationBuilder.DropColumn(
                name: "TraceParent",
                table: "effects");
        }
    }
}
