using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Bitrix24Addon.Storage.Postgres.Migrations
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
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "TraceParent",
                table: "effects",
                type: "text",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "rest_log",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    PortalId = table.Column<int>(type: "integer", nullable: false),
                    SentAtMs = table.Column<long>(type: "bigint", nullable: false),
                    DurationMs = table.Column<long>(type: "bigint", nullable: false),
                    Caller = table.Column<string>(type: "text", nullable: false),
                    Methods = table.Column<string>(type: "text", nullable: false),
                    HttpStatus = table.Column<int>(type: "integer", nullable: false),
                    Errors = table.Column<string>(type: "text", nullable: true),
                    OperatingSeconds = table.Column<double>(type: "double precision", nullable: true)
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
