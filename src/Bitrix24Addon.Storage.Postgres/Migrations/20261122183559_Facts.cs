using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Bitrix24Addon.Storage.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class Facts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "fact_links",
                columns: table => new
                {
                    PortalId = table.Column<int>(type: "integer", nullable: false),
                    Kind = table.Column<int>(type: "integer", nullable: false),
                    SourceId = table.Column<long>(type: "bigint", nullable: false),
                    LinkKey = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_fact_links", x => new { x.PortalId, x.Kind, x.LinkKey, x.SourceId });
                });

            migrationBuilder.CreateTable(
                name: "facts",
                columns: table => new
                {
                    PortalId = table.Column<int>(type: "integer", nullable: false),
                    Kind = table.Column<int>(type: "integer", nullable: false),
                    SourceId = table.Column<long>(type: "bigint", nullable: false),
                    Version = table.Column<int>(type: "integer", nullable: false),
                    OccurredAtMs = table.Column<long>(type: "bigint", nullable: false),
                    EffectiveAtMs = table.Column<long>(type: "bigint", nullable: false),
                    KnownAtMs = table.Column<long>(type: "bigint", nullable: true),
                    ReadStartedAtMs = table.Column<long>(type: "bigint", nullable: false),
                    IsCurrent = table.Column<bool>(type: "boolean", nullable: false),
                    Deleted = table.Column<bool>(type: "boolean", nullable: false),
                    GroupKey = table.Column<string>(type: "text", nullable: true),
                    LookupKey = table.Column<string>(type: "text", nullable: true),
                    Payload = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_facts", x => new { x.PortalId, x.Kind, x.SourceId, x.Version });
                });

            migrationBuilder.CreateTable(
                name: "figures",
                columns: table => new
                {
                    PortalId = table.Column<int>(type: "integer", nullable: false),
                    Day = table.Column<int>(type: "integer", nullable: false),
                    UserId = table.Column<long>(type: "bigint", nullable: false),
                    Metric = table.Column<string>(type: "text", nullable: false),
                    Detail = table.Column<string>(type: "text", nullable: false),
                    Sum = table.Column<long>(type: "bigint", nullable: false),
                    Count = table.Column<int>(type: "integer", nullable: false),
                    Cases = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_figures", x => new { x.PortalId, x.Day, x.UserId, x.Metric, x.Detail });
                });

            migrationBuilder.CreateTable(
                name: "portals",
                columns: table => new
                {
                    Id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    Key = table.Column<string>(type: "text", nullable: false),
                    Host = table.Column<string>(type: "text", nullable: false),
                    OwnerUserId = table.Column<long>(type: "bigint", nullable: false),
                    InstalledAtMs = table.Column<long>(type: "bigint", nullable: false),
                    PhoneKey = table.Column<byte[]>(type: "bytea", nullable: false),
                    HistorySinceMs = table.Column<long>(type: "bigint", nullable: true),
                    HistoryStartedAtMs = table.Column<long>(type: "bigint", nullable: true),
                    HistoryCompleteAtMs = table.Column<long>(type: "bigint", nullable: true),
                    LastSyncStartedAtMs = table.Column<long>(type: "bigint", nullable: true),
                    Directory = table.Column<string>(type: "text", nullable: false),
                    FiguresBasis = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_portals", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "report_posts",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    PortalId = table.Column<int>(type: "integer", nullable: false),
                    Receiver = table.Column<string>(type: "text", nullable: false),
                    FromDay = table.Column<int>(type: "integer", nullable: false),
                    ToDay = table.Column<int>(type: "integer", nullable: false),
                    Scope = table.Column<string>(type: "text", nullable: false),
                    Attempt = table.Column<int>(type: "integer", nullable: false),
                    StartedAtMs = table.Column<long>(type: "bigint", nullable: false),
                    IsOutcomeUnknown = table.Column<bool>(type: "boolean", nullable: false),
                    MessageId = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_report_posts", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "settings",
                columns: table => new
                {
                    PortalId = table.Column<int>(type: "integer", nullable: false),
                    Version = table.Column<int>(type: "integer", nullable: false),
                    SavedAtMs = table.Column<long>(type: "bigint", nullable: false),
                    Document = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_settings", x => new { x.PortalId, x.Version });
                });

            migrationBuilder.CreateTable(
                name: "source_cursors",
                columns: table => new
                {
                    PortalId = table.Column<int>(type: "integer", nullable: false),
                    Source = table.Column<string>(type: "text", nullable: false),
                    AfterId = table.Column<long>(type: "bigint", nullable: false),
                    Complete = table.Column<bool>(type: "boolean", nullable: false),
                    ReadThroughMs = table.Column<long>(type: "bigint", nullable: true),
                    Unreadable = table.Column<int>(type: "integer", nullable: false),
                    Failure = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_source_cursors", x => new { x.PortalId, x.Source });
                });

            migrationBuilder.CreateIndex(
                name: "IX_fact_links_PortalId_Kind_SourceId",
                table: "fact_links",
                columns: new[] { "PortalId", "Kind", "SourceId" });

            migrationBuilder.CreateIndex(
                name: "IX_facts_PortalId_Kind_EffectiveAtMs",
                table: "facts",
                columns: new[] { "PortalId", "Kind", "EffectiveAtMs" });

            migrationBuilder.CreateIndex(
                name: "IX_facts_PortalId_Kind_GroupKey",
                table: "facts",
                columns: new[] { "PortalId", "Kind", "GroupKey" });

            migrationBuilder.CreateIndex(
                name: "IX_facts_PortalId_Kind_KnownAtMs",
                table: "facts",
                columns: new[] { "PortalId", "Kind", "KnownAtMs" });

            migrationBuilder.CreateIndex(
                name: "IX_facts_PortalId_Kind_LookupKey",
                table: "facts",
                columns: new[] { "PortalId", "Kind", "LookupKey" });

            migrationBuilder.CreateIndex(
                name: "IX_facts_PortalId_Kind_OccurredAtMs",
                table: "facts",
                columns: new[] { "PortalId", "Kind", "OccurredAtMs" });

            migrationBuilder.CreateIndex(
                name: "IX_portals_Key",
                table: "portals",
                column: "Key",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_report_posts_PortalId_Receiver_FromDay_ToDay_Scope_Attempt",
                table: "report_posts",
                columns: new[] { "PortalId", "Receiver", "FromDay", "ToDay", "Scope", "Attempt" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "fact_links");

            migrationBuilder.DropTable(
                name: "facts");

            migrationBuilder.DropTable(
                name: "figures");

            migrationBuilder.DropTable(
                name: "portals");

            migrationBuilder.DropTable(
                name: "report_posts");

            migrationBuilder.DropTable(
                name: "settings");

            migrationBuilder.DropTable(
                name: "source_cursors");
        }
    }
}
