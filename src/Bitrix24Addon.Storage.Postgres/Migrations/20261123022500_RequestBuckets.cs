using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Bitrix24Addon.Storage.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class RequestBuckets : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "LicenseFamily",
                table: "portal_access",
                type: "text",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "request_buckets",
                columns: table => new
                {
                    Host = table.Column<string>(type: "text", nullable: false),
                    EmptyAtMs = table.Column<long>(type: "bigint", nullable: false),
                    IsSaturated = table.Column<bool>(type: "boolean", nullable: false),
                    Ticket = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_request_buckets", x => x.Host);
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "request_buckets");

            migrationBuilder.DropColumn(
                name: "LicenseFamily",
                table: "portal_access");
        }
    }
}
