using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Bitrix24Addon.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Live : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "report_posts");

            migrationBuilder.AddColumn<string>(
                name: "UnreadablePeople",
                table: "source_cursors",
                type: "TEXT",
                nullable: false,
                defaultValue: "[]");

            migrationBuilder.AddColumn<string>(
                name: "UnseenPeople",
                table: "source_cursors",
                type: "TEXT",
                nullable: false,
                defaultValue: "[]");

            migrationBuilder.AddColumn<long>(
                name: "BotId",
                table: "portals",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "FactSequence",
                table: "portals",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "UninstalledAtMs",
                table: "portals",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "Sequence",
                table: "facts",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.CreateTable(
                name: "closed_days",
                columns: table => new
                {
                    PortalId = table.Column<int>(type: "INTEGER", nullable: false),
                    Day = table.Column<int>(type: "INTEGER", nullable: false),
                    ClosedAtMs = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_closed_days", x => new { x.PortalId, x.Day });
                });

            migrationBuilder.CreateTable(
                name: "deliveries",
                columns: table => new
                {
                    PortalId = table.Column<int>(type: "INTEGER", nullable: false),
                    Day = table.Column<int>(type: "INTEGER", nullable: false),
                    Kind = table.Column<int>(type: "INTEGER", nullable: false),
                    Received = table.Column<long>(type: "INTEGER", nullable: false),
                    Read = table.Column<long>(type: "INTEGER", nullable: false),
                    Healed = table.Column<long>(type: "INTEGER", nullable: false),
                    Lost = table.Column<long>(type: "INTEGER", nullable: false),
                    Polled = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_deliveries", x => new { x.PortalId, x.Day, x.Kind });
                });

            migrationBuilder.CreateTable(
                name: "effects",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    PortalId = table.Column<int>(type: "INTEGER", nullable: false),
                    Key = table.Column<string>(type: "TEXT", nullable: false),
                    Subject = table.Column<string>(type: "TEXT", nullable: false),
                    Document = table.Column<string>(type: "TEXT", nullable: false),
                    State = table.Column<int>(type: "INTEGER", nullable: false),
                    Attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    CreatedAtMs = table.Column<long>(type: "INTEGER", nullable: false),
                    NotBeforeMs = table.Column<long>(type: "INTEGER", nullable: false),
                    FirstSentAtMs = table.Column<long>(type: "INTEGER", nullable: true),
                    LastSentAtMs = table.Column<long>(type: "INTEGER", nullable: true),
                    SentEpoch = table.Column<long>(type: "INTEGER", nullable: true),
                    ResultId = table.Column<long>(type: "INTEGER", nullable: true),
                    MayBeDoubled = table.Column<bool>(type: "INTEGER", nullable: false),
                    Failure = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_effects", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "facts_gone",
                columns: table => new
                {
                    PortalId = table.Column<int>(type: "INTEGER", nullable: false),
                    Kind = table.Column<int>(type: "INTEGER", nullable: false),
                    SourceId = table.Column<long>(type: "INTEGER", nullable: false),
                    ReadStartedAtMs = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_facts_gone", x => new { x.PortalId, x.Kind, x.SourceId });
                });

            migrationBuilder.CreateTable(
                name: "inbox",
                columns: table => new
                {
                    PortalId = table.Column<int>(type: "INTEGER", nullable: false),
                    Kind = table.Column<int>(type: "INTEGER", nullable: false),
                    Key = table.Column<string>(type: "TEXT", nullable: false),
                    Generation = table.Column<long>(type: "INTEGER", nullable: false),
                    IsDeletion = table.Column<bool>(type: "INTEGER", nullable: false),
                    FirstMarkedAtMs = table.Column<long>(type: "INTEGER", nullable: false),
                    NotBeforeMs = table.Column<long>(type: "INTEGER", nullable: false),
                    Attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    DeadReason = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_inbox", x => new { x.PortalId, x.Kind, x.Key });
                });

            migrationBuilder.CreateTable(
                name: "leases",
                columns: table => new
                {
                    PortalId = table.Column<int>(type: "INTEGER", nullable: false),
                    Name = table.Column<string>(type: "TEXT", nullable: false),
                    Epoch = table.Column<long>(type: "INTEGER", nullable: false),
                    UntilMs = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_leases", x => new { x.PortalId, x.Name });
                });

            migrationBuilder.CreateTable(
                name: "portal_access",
                columns: table => new
                {
                    PortalId = table.Column<int>(type: "INTEGER", nullable: false),
                    ClientEndpoint = table.Column<string>(type: "TEXT", nullable: false),
                    AccessToken = table.Column<string>(type: "TEXT", nullable: false),
                    RefreshToken = table.Column<string>(type: "TEXT", nullable: false),
                    ExpiresAtMs = table.Column<long>(type: "INTEGER", nullable: false),
                    Scope = table.Column<string>(type: "TEXT", nullable: false),
                    ApplicationTokenHash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Status = table.Column<string>(type: "TEXT", nullable: false),
                    AwaitsConfirmation = table.Column<bool>(type: "INTEGER", nullable: false),
                    ReauthoriseSinceMs = table.Column<long>(type: "INTEGER", nullable: true),
                    RenewNotBeforeMs = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_portal_access", x => x.PortalId);
                });

            migrationBuilder.CreateTable(
                name: "rules",
                columns: table => new
                {
                    PortalId = table.Column<int>(type: "INTEGER", nullable: false),
                    RuleId = table.Column<string>(type: "TEXT", nullable: false),
                    Version = table.Column<int>(type: "INTEGER", nullable: false),
                    SavedAtMs = table.Column<long>(type: "INTEGER", nullable: false),
                    Document = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_rules", x => new { x.PortalId, x.RuleId, x.Version });
                });

            migrationBuilder.CreateTable(
                name: "slots",
                columns: table => new
                {
                    PortalId = table.Column<int>(type: "INTEGER", nullable: false),
                    Job = table.Column<int>(type: "INTEGER", nullable: false),
                    ScheduledAtMs = table.Column<long>(type: "INTEGER", nullable: false),
                    NotBeforeMs = table.Column<long>(type: "INTEGER", nullable: false),
                    Attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    DoneAtMs = table.Column<long>(type: "INTEGER", nullable: true),
                    Failure = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_slots", x => new { x.PortalId, x.Job, x.ScheduledAtMs });
                });

            migrationBuilder.CreateTable(
                name: "verdict_bases",
                columns: table => new
                {
                    PortalId = table.Column<int>(type: "INTEGER", nullable: false),
                    Key = table.Column<string>(type: "TEXT", nullable: false),
                    Document = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_verdict_bases", x => new { x.PortalId, x.Key });
                });

            migrationBuilder.CreateTable(
                name: "verdicts",
                columns: table => new
                {
                    PortalId = table.Column<int>(type: "INTEGER", nullable: false),
                    RuleId = table.Column<string>(type: "TEXT", nullable: false),
                    Day = table.Column<int>(type: "INTEGER", nullable: false),
                    UserId = table.Column<long>(type: "INTEGER", nullable: false),
                    Revision = table.Column<int>(type: "INTEGER", nullable: false),
                    RuleVersion = table.Column<int>(type: "INTEGER", nullable: false),
                    Outcome = table.Column<string>(type: "TEXT", nullable: false),
                    Reason = table.Column<string>(type: "TEXT", nullable: false),
                    JudgedAtMs = table.Column<long>(type: "INTEGER", nullable: false),
                    SettingsVersion = table.Column<int>(type: "INTEGER", nullable: false),
                    FactsThrough = table.Column<long>(type: "INTEGER", nullable: false),
                    Basis = table.Column<string>(type: "TEXT", nullable: false),
                    Document = table.Column<string>(type: "TEXT", nullable: false),
                    IsDry = table.Column<bool>(type: "INTEGER", nullable: false),
                    ToldAtMs = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_verdicts", x => new { x.PortalId, x.RuleId, x.Day, x.UserId, x.Revision });
                });

            migrationBuilder.CreateIndex(
                name: "IX_effects_PortalId_Key",
                table: "effects",
                columns: new[] { "PortalId", "Key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_effects_PortalId_ResultId",
                table: "effects",
                columns: new[] { "PortalId", "ResultId" });

            migrationBuilder.CreateIndex(
                name: "IX_effects_State_NotBeforeMs",
                table: "effects",
                columns: new[] { "State", "NotBeforeMs" });

            migrationBuilder.CreateIndex(
                name: "IX_inbox_NotBeforeMs_PortalId",
                table: "inbox",
                columns: new[] { "NotBeforeMs", "PortalId" });

            migrationBuilder.CreateIndex(
                name: "IX_slots_DoneAtMs_NotBeforeMs",
                table: "slots",
                columns: new[] { "DoneAtMs", "NotBeforeMs" });

            migrationBuilder.CreateIndex(
                name: "IX_verdicts_PortalId_Day",
                table: "verdicts",
                columns: new[] { "PortalId", "Day" });

            migrationBuilder.CreateIndex(
                name: "IX_verdicts_PortalId_Revision",
                table: "verdicts",
                columns: new[] { "PortalId", "Revision" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "closed_days");

            migrationBuilder.DropTable(
                name: "deliveries");

            migrationBuilder.DropTable(
                name: "effects");

            migrationBuilder.DropTable(
                name: "facts_gone");

            migrationBuilder.DropTable(
                name: "inbox");

            migrationBuilder.DropTable(
                name: "leases");

            migrationBuilder.DropTable(
                name: "portal_access");

            migrationBuilder.DropTable(
                name: "rules");

            migrationBuilder.DropTable(
                name: "slots");

            migrationBuilder.DropTable(
                name: "verdict_bases");

            migrationBuilder.DropTable(
                name: "verdicts");

            migrationBuilder.DropColumn(
                name: "UnreadablePeople",
                table: "source_cursors");

            migrationBuilder.DropColumn(
                name: "UnseenPeople",
                table: "source_cursors");

            migrationBuilder.DropColumn(
                name: "BotId",
                table: "portals");

            migrationBuilder.DropColumn(
                name: "FactSequence",
                table: "portals");

            migrationBuilder.DropColumn(
                name: "UninstalledAtMs",
                table: "portals");

            migrationBuilder.DropColumn(
                name: "Sequence",
                table: "facts");

            migrationBuilder.CreateTable(
                name: "report_posts",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Attempt = table.Column<int>(type: "INTEGER", nullable: false),
                    FromDay = table.Column<int>(type: "INTEGER", nullable: false),
                    IsOutcomeUnknown = table.Column<bool>(type: "INTEGER", nullable: false),
                    MessageId = table.Column<long>(type: "INTEGER", nullable: true),
                    PortalId = table.Column<int>(type: "INTEGER", nullable: false),
                    Receiver = table.Column<string>(type: "TEXT", nullable: false),
                    Scope = table.Column<string>(type: "TEXT", nullable: false),
                    StartedAtMs = table.Column<long>(type: "INTEGER", nullable: false),
                    ToDay = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_report_posts", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_report_posts_PortalId_Receiver_FromDay_ToDay_Scope_Attempt",
                table: "report_posts",
                columns: new[] { "PortalId", "Receiver", "FromDay", "ToDay", "Scope", "Attempt" },
                unique: true);
        }
    }
}
