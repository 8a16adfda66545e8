using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Bitrix24Addon.Storage.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class KeepForgetting : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "ForgetByMs",
                table: "portals",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "ForgetByMs",
                table: "portals");
        }
    }
}
