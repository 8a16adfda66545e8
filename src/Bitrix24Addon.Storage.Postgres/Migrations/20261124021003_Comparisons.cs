using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Bitrix24Addon.Storage.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class Comparisons : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "comparisons",
                columns: table => new
                {
                    PortalId = table.Column<int>(type: "integer", nullable: false),
                    Source = table.Column<string>(type: "text", nullable: false),
                    StartedAtMs = table.Column<long>(type: "bigint", nullable: false),
                    AfterId = table.Column<long>(type: "bigint", nullable: false),
                    Seen = table.Column<int>(type: "integer", nullable: false),
                    IsConcluded = table.Column<bool>(type: "boolean", nullable: false),
                    Gone = table.Column<long[]>(type: "bigint[]", nullable: false),
                    Missed = table.Column<long[]>(type: "bigint[]", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_comparisons", x => new { x.PortalId, x.Source });
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "comparisons");
        }
    }
}
