using Bitrix24Addon.Effects;
using Bitrix24Addon.Facts;
using Bitrix24Addon.Facts.Metrics;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Privacy;
using Bitrix24Addon.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Bitrix24Addon.Tests.Privacy;

/// <summary>What is personal goes, figures stay, and what the portal still tells does not come back.</summary>
public sealed class ErasureTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, EveryDatabase]
    public async Task Of_a_user_name_texts_and_verdicts_go_and_figures_stay(DatabaseKind kind)
    {
        await using var personal = await PersonalPortal.StartAsync(kind);
        var figures = await personal.Portal.FiguresAsync(Stop);
        Assert.Contains(PersonalPortal.Name, (await personal.EverythingAsync()).Replace(PersonalPortal.LongerName, "", StringComparison.Ordinal), StringComparison.Ordinal);

        var erased = await personal.Erasure.OfUserAsync(personal.Portal.Row, 5, Stop);

        Assert.Equal(new ErasureResult { Names = 1, Texts = 4, Unsent = 1, Verdicts = 1, Marks = 1 }, erased);
        var left = await personal.EverythingAsync();
        foreach (var gone in new[] { PersonalPortal.Name, "Asia/Omsk", "Задание", "12 из 25", "Сказано", "Ждёт" })
        {
            Assert.DoesNotContain(gone, left.Replace(PersonalPortal.LongerName, "", StringComparison.Ordinal), StringComparison.Ordinal);
        }

        var effects = (await personal.EffectsAsync()).ToDictionary(row => row.Key);
        Assert.DoesNotContain("waiting", effects.Keys);
        Assert.Equal((EffectState.Done, 77L), (effects["task"].State, effects["task"].ResultId));
        Assert.NotNull(effects["task"].TextsErasedAtMs);
        Assert.Equal($"[B](имя стёрто)[/B] 12, {PersonalPortal.LongerName} 25", Assert.IsType<SendReport>(Outbox.Read(effects["head"].Document)).Message);
        Assert.Equal((EffectState.Pending, "(имя стёрто) ждёт"), (effects["later"].State, Assert.IsType<SendMessage>(Outbox.Read(effects["later"].Document)).Message));
        await personal.Portal.RebuildAsync(Stop);
        Assert.Equal(figures, await personal.Portal.FiguresAsync(Stop));
        Assert.NotEmpty(figures);
    }

    [Theory, EveryDatabase]
    public async Task Of_a_contact_its_links_and_phone_go_and_figures_stay(DatabaseKind kind)
    {
        await using var personal = await PersonalPortal.StartAsync(kind);
        var figures = await personal.Portal.FiguresAsync(Stop);
        Assert.Equal(1, await personal.Portal.FigureAsync(MetricCatalogue.MissedReturned, 5));

        var erased = await personal.Erasure.OfContactAsync(personal.Portal.Row, 55, Stop);

        Assert.Equal(new ErasureResult { Activities = 1, Calls = 2 }, erased);
        var left = await personal.EverythingAsync();
        Assert.DoesNotContain("C_55", left, StringComparison.Ordinal);
        Assert.DoesNotContain(PersonalPortal.Phone, left, StringComparison.Ordinal);
        Assert.Contains("C_56", left, StringComparison.Ordinal);
        Assert.Contains("D_9", left, StringComparison.Ordinal);
        await personal.Portal.RebuildAsync(Stop);
        Assert.Equal(figures, await personal.Portal.FiguresAsync(Stop));
    }

    [Theory, EveryDatabase]
    public async Task What_the_portal_still_tells_of_a_contact_is_not_stored_again(DatabaseKind kind)
    {
        await using var personal = await PersonalPortal.StartAsync(kind);
        await personal.Erasure.OfContactAsync(personal.Portal.Row, 55, Stop);

        Assert.Equal(0, (await personal.ReadAsync(2000)).Recorded);
        Assert.Equal(1, (await personal.ReadAsync(3000, vote: 5)).Recorded);

        var left = await personal.EverythingAsync();
        Assert.DoesNotContain("C_55", left, StringComparison.Ordinal);
        Assert.DoesNotContain(PersonalPortal.Phone, left, StringComparison.Ordinal);
        Assert.Equal(5, (await personal.Portal.VersionsAsync(FactKind.Call, 2))[^1].As<CallFact>().Vote);
        Assert.Equal(1, await personal.Portal.FigureAsync(MetricCatalogue.MissedReturned, 5));
    }

    [Theory, EveryDatabase]
    public async Task It_can_be_repeated_and_somebody_unknown_is_told(DatabaseKind kind)
    {
        await using var personal = await PersonalPortal.StartAsync(kind);
        await personal.Erasure.OfUserAsync(personal.Portal.Row, 5, Stop);
        await personal.Erasure.OfContactAsync(personal.Portal.Row, 55, Stop);
        var once = await personal.EverythingAsync();

        Assert.Equal(new ErasureResult(), await personal.Erasure.OfUserAsync(personal.Portal.Row, 5, Stop));
        Assert.Equal(new ErasureResult(), await personal.Erasure.OfContactAsync(personal.Portal.Row, 55, Stop));
        Assert.Equal(once, await personal.EverythingAsync());
        Assert.Equal("Privacy.unknown_user", (await Assert.ThrowsAsync<ProblemException>(() => personal.Erasure.OfUserAsync(personal.Portal.Row, 404, Stop))).TextKey);
        Assert.Equal("Privacy.unknown_contact", (await Assert.ThrowsAsync<ProblemException>(() => personal.Erasure.OfContactAsync(personal.Portal.Row, 404, Stop))).TextKey);
        await using var db = personal.Open();
        Assert.Equal(2, await db.Erased.CountAsync(Stop));
    }

    [Theory, EveryDatabase]
    public async Task What_may_have_arrived_stays_as_a_proof_without_its_text_and_is_not_sent_again(DatabaseKind kind)
    {
        await using var personal = await PersonalPortal.StartAsync(kind);
        await using var db = personal.Open();
        await db.Effects.Where(e => e.Key == "waiting").ExecuteUpdateAsync(
            set => set.SetProperty(e => e.State, EffectState.Unknown).SetProperty(e => e.FirstSentAtMs, PersonalPortal.Monday), Stop);

        Assert.Equal(1, (await personal.Erasure.OfUserAsync(personal.Portal.Row, 5, Stop)).Unsent);

        var proof = (await personal.EffectsAsync()).Single(row => row.Key == "waiting");
        Assert.Equal((EffectState.Parked, "Stale", PersonalPortal.Monday), (proof.State, proof.Failure, proof.FirstSentAtMs));
        Assert.Equal("", Assert.IsType<Notify>(Outbox.Read(proof.Document)).Message);
        await Outbox.ResumeParkedAsync(db, 0, Stop);
        Assert.Equal(EffectState.Parked, (await personal.EffectsAsync()).Single(row => row.Key == "waiting").State);
    }

    [Theory, EveryDatabase]
    public async Task A_name_is_found_as_a_stored_text_writes_it(DatabaseKind kind)
    {
        const string Quoted = "Анна \"Нюра\" Орлова\\Белая";
        const long Person = 7001;
        await using var personal = await PersonalPortal.StartAsync(kind);
        await using var db = personal.Open();
        var directory = new PortalDirectory { UserNames = new Dictionary<long, string> { [Person] = Quoted } }.ToDocument();
        await db.Portals.ExecuteUpdateAsync(set => set.SetProperty(p => p.Directory, directory), Stop);
        await Outbox.AddAsync(db, [new SendMessage("about", "dialog:6", "6", $"{Quoted} ждёт")], PersonalPortal.Monday, Stop);
        Assert.DoesNotContain(Quoted, (await personal.EffectsAsync()).Single(row => row.Key == "about").Document, StringComparison.Ordinal);

        await personal.Erasure.OfUserAsync(personal.Portal.Row, Person, Stop);

        var row = (await personal.EffectsAsync()).Single(row => row.Key == "about");
        Assert.Equal("(имя стёрто) ждёт", Assert.IsType<SendMessage>(Outbox.Read(row.Document)).Message);
    }
}
