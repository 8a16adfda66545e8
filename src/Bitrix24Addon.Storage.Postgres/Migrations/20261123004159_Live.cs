using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Bitrix24Addon.Storage.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class Live : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "report_posts");

            migrationBuilder.AddColumn<long[]>(
                name: "UnreadablePeople",
                table: "source_cursors",
                type: "bigint[]",
                nullable: false,
                defaultValue: new long[0]);

            migrationBuilder.AddColumn<long[]>(
                name: "UnseenPeople",
                table: "source_cursors",
                type: "bigint[]",
                nullable: false,
                defaultValue: new long[0]);

            migrationBuilder.AddColumn<long>(
                name: "BotId",
                table: "portals",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "FactSequence",
                table: "portals",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "UninstalledAtMs",
                table: "portals",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "Sequence",
                table: "facts",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

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
                name: "deliveries",
                columns: table => new
                {
                    PortalId = table.Column<int>(type: "integer", nullable: false),
                    Day = table.Column<int>(type: "integer", nullable: false),
                    Kind = table.Column<int>(type: "integer", nullable: false),
                    Received = table.Column<long>(type: "bigint", nullable: false),
                    Read = table.Column<long>(type: "bigint", nullable: false),
                    Healed = table.Column<long>(type: "bigint", nullable: false),
                    Lost = table.Column<long>(type: "bigint", nullable: false),
                    Polled = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_deliveries", x => new { x.PortalId, x.Day, x.Kind });
                });

            migrationBuilder.CreateTable(
                name: "effects",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    PortalId = table.Column<int>(type: "integer", nullable: false),
                    Key = table.Column<string>(type: "text", nullable: false),
                    Subject = table.Column<string>(type: "text", nullable: false),
                    Document = table.Column<string>(type: "text", nullable: false),
                    State = table.Column<int>(type: "integer", nullable: false),
                    Attempts = table.Column<int>(type: "integer", nullable: false),
                    CreatedAtMs = table.Column<long>(type: "bigint", nullable: false),
                    NotBeforeMs = table.Column<long>(type: "bigint", nullable: false),
                    FirstSentAtMs = table.Column<long>(type: "bigint", nullable: true),
                    LastSentAtMs = table.Column<long>(type: "bigint", nullable: true),
                    SentEpoch = table.Column<long>(type: "bigint", nullable: true),
                    ResultId = table.Column<long>(type: "bigint", nullable: true),
                    MayBeDoubled = table.Column<bool>(type: "boolean", nullable: false),
                    Failure = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_effects", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "facts_gone",
                columns: table => new
                {
                    PortalId = table.Column<int>(type: "integer", nullable: false),
                    Kind = table.Column<int>(type: "integer", nullable: false),
                    SourceId = table.Column<long>(type: "bigint", nullable: false),
                    ReadStartedAtMs = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_facts_gone", x => new { x.PortalId, x.Kind, x.SourceId });
                });

            migrationBuilder.CreateTable(
                name: "inbox",
                columns: table => new
                {
                    PortalId = table.Column<int>(type: "integer", nullable: false),
                    Kind = table.Column<int>(type: "integer", nullable: false),
                    Key = table.Column<string>(type: "text", nullable: false),
                    Generation = table.Column<long>(type: "bigint", nullable: false),
                    IsDeletion = table.Column<bool>(type: "boolean", nullable: false),
                    FirstMarkedAtMs = table.Column<long>(type: "bigint", nullable: false),
                    NotBeforeMs = table.Column<long>(type: "bigint", nullable: false),
                    Attempts = table.Column<int>(type: "integer", nullable: false),
                    DeadReason = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_inbox", x => new { x.PortalId, x.Kind, x.Key });
                });

            migrationBuilder.CreateTable(
                name: "leases",
                columns: table => new
                {
                    PortalId = table.Column<int>(type: "integer", nullable: false),
                    Name = table.Column<string>(type: "text", nullable: false),
                    Epoch = table.Column<long>(type: "bigint", nullable: false),
                    UntilMs = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_leases", x => new { x.PortalId, x.Name });
                });

            migrationBuilder.CreateTable(
                name: "portal_access",
                columns: table => new
                {
                    PortalId = table.Column<int>(type: "integer", nullable: false),
                    ClientEndpoint = table.Column<string>(type: "text", nullable: false),
                    AccessToken = table.Column<string>(type: "text", nullable: false),
                    RefreshToken = table.Column<string>(type: "text", nullable: false),
                    ExpiresAtMs = table.Column<long>(type: "bigint", nullable: false),
                    Scope = table.Column<string>(type: "text", nullable: false),
                    ApplicationTokenHash = table.Column<byte[]>(type: "bytea", nullable: false),
                    Status = table.Column<string>(type: "text", nullable: false),
                    AwaitsConfirmation = table.Column<bool>(type: "boolean", nullable: false),
                    ReauthoriseSinceMs = table.Column<long>(type: "bigint", nullable: true),
                    RenewNotBeforeMs = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_portal_access", x => x.PortalId);
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
                name: "slots",
                columns: table => new
                {
                    PortalId = table.Column<int>(type: "integer", nullable: false),
                    Job = table.Column<int>(type: "integer", nullable: false),
                    ScheduledAtMs = table.Column<long>(type: "bigint", nullable: false),
                    NotBeforeMs = table.Column<long>(type: "bigint", nullable: false),
                    Attempts = table.Column<int>(type: "integer", nullable: false),
                    DoneAtMs = table.Column<long>(type: "bigint", nullable: true),
                    Failure = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_slots", x => new { x.PortalId, x.Job, x.ScheduledAtMs });
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
                    IsDry = table.Column<bool>(type: "boolean", nullable: false),
                    ToldAtMs = table.Column<long>(type: "bigint", nullable: true)
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
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    Attempt = table.Column<int>(type: "integer", nullable: false),
                    FromDay = table.Column<int>(type: "integer", nullable: false),
                    IsOutcomeUnknown = table.Column<bool>(type: "boolean", nullable: false),
                    MessageId = table.Column<long>(type: "bigint", nullable: true),
                    PortalId = table.Column<int>(type: "integer", nullable: false),
                    Receiver = table.Column<string>(type: "text", nullable: false),
                    Scope = table.Column<string>(type: "text", nullable: false),
                    StartedAtMs = table.Column<long>(type: "bigint", nullable: false),
                    ToDay = table.Column<int>(type: "integer", nullable: false)
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
