using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Bitrix24Addon.Storage.Sqlite.Migrations
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
                    PortalId = table.Column<int>(type: "INTEGER", nullable: false),
                    Kind = table.Column<int>(type: "INTEGER", nullable: false),
                    SourceId = table.Column<long>(type: "INTEGER", nullable: false),
                    LinkKey = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_fact_links", x => new { x.PortalId, x.Kind, x.LinkKey, x.SourceId });
                });

            migrationBuilder.CreateTable(
                name: "facts",
                columns: table => new
                {
                    PortalId = table.Column<int>(type: "INTEGER", nullable: false),
                    Kind = table.Column<int>(type: "INTEGER", nullable: false),
                    SourceId = table.Column<long>(type: "INTEGER", nullable: false),
                    Version = table.Column<int>(type: "INTEGER", nullable: false),
                    OccurredAtMs = table.Column<long>(type: "INTEGER", nullable: false),
                    EffectiveAtMs = table.Column<long>(type: "INTEGER", nullable: false),
                    KnownAtMs = table.Column<long>(type: "INTEGER", nullable: true),
                    ReadStartedAtMs = table.Column<long>(type: "INTEGER", nullable: false),
                    IsCurrent = table.Column<bool>(type: "INTEGER", nullable: false),
                    Deleted = table.Column<bool>(type: "INTEGER", nullable: false),
                    GroupKey = table.Column<string>(type: "TEXT", nullable: true),
                    LookupKey = table.Column<string>(type: "TEXT", nullable: true),
                    Payload = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_facts", x => new { x.PortalId, x.Kind, x.SourceId, x.Version });
                });

            migrationBuilder.CreateTable(
                name: "figures",
                columns: table => new
                {
                    PortalId = table.Column<int>(type: "INTEGER", nullable: false),
                    Day = table.Column<int>(type: "INTEGER", nullable: false),
                    UserId = table.Column<long>(type: "INTEGER", nullable: false),
                    Metric = table.Column<string>(type: "TEXT", nullable: false),
                    Detail = table.Column<string>(type: "TEXT", nullable: false),
                    Sum = table.Column<long>(type: "INTEGER", nullable: false),
                    Count = table.Column<int>(type: "INTEGER", nullable: false),
                    Cases = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_figures", x => new { x.PortalId, x.Day, x.UserId, x.Metric, x.Detail });
                });

            migrationBuilder.CreateTable(
                name: "portals",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Key = table.Column<string>(type: "TEXT", nullable: false),
                    Host = table.Column<string>(type: "TEXT", nullable: false),
                    OwnerUserId = table.Column<long>(type: "INTEGER", nullable: false),
                    InstalledAtMs = table.Column<long>(type: "INTEGER", nullable: false),
                    PhoneKey = table.Column<byte[]>(type: "BLOB", nullable: false),
                    HistorySinceMs = table.Column<long>(type: "INTEGER", nullable: true),
                    HistoryStartedAtMs = table.Column<long>(type: "INTEGER", nullable: true),
                    HistoryCompleteAtMs = table.Column<long>(type: "INTEGER", nullable: true),
                    LastSyncStartedAtMs = table.Column<long>(type: "INTEGER", nullable: true),
                    Directory = table.Column<string>(type: "TEXT", nullable: false),
                    FiguresBasis = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_portals", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "report_posts",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    PortalId = table.Column<int>(type: "INTEGER", nullable: false),
                    Receiver = table.Column<string>(type: "TEXT", nullable: false),
                    FromDay = table.Column<int>(type: "INTEGER", nullable: false),
                    ToDay = table.Column<int>(type: "INTEGER", nullable: false),
                    Scope = table.Column<string>(type: "TEXT", nullable: false),
                    Attempt = table.Column<int>(type: "INTEGER", nullable: false),
                    StartedAtMs = table.Column<long>(type: "INTEGER", nullable: false),
                    IsOutcomeUnknown = table.Column<bool>(type: "INTEGER", nullable: false),
                    MessageId = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_report_posts", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "settings",
                columns: table => new
                {
                    PortalId = table.Column<int>(type: "INTEGER", nullable: false),
                    Version = table.Column<int>(type: "INTEGER", nullable: false),
                    SavedAtMs = table.Column<long>(type: "INTEGER", nullable: false),
                    Document = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_settings", x => new { x.PortalId, x.Version });
                });

            migrationBuilder.CreateTable(
                name: "source_cursors",
                columns: table => new
                {
                    PortalId = table.Column<int>(type: "INTEGER", nullable: false),
                    Source = table.Column<string>(type: "TEXT", nullable: false),
                    AfterId = table.Column<long>(type: "INTEGER", nullable: false),
                    Complete = table.Column<bool>(type: "INTEGER", nullable: false),
                    ReadThroughMs = table.Column<long>(type: "INTEGER", nullable: true),
                    Unreadable = table.Column<int>(type: "INTEGER", nullable: false),
                    Failure = table.Column<string>(type: "TEXT", nullable: true)
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
