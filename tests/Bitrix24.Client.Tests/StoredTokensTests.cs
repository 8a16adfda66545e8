using Bitrix24.Client.Methods;
using Microsoft.Extensions.Time.Testing;

namespace Bitrix24.Client.Tests;

public sealed class StoredTokensTests
{
    private static readonly RestCall Read = UserMethods.Profile();

    private static TokenPair First => new(MockBitrix24.MemberId, "access0", "refresh0");

    [Fact]
    public async Task A_token_that_expires_amid_a_burst_of_eight_processes_is_renewed_once()
    {
        using var bitrix24 = new MockBitrix24();
        var store = new InMemoryTokenStore(First, TimeProvider.System);
        var clients = Enumerable.Range(0, 8).Select(_ => bitrix24.Client(bitrix24.Process(), store)).ToList();
        var expired = 0;
        bitrix24.Refusal = number =>
        {
            if (number >= 20 && Interlocked.Exchange(ref expired, 1) == 0)
            {
                bitrix24.GoodToken = "nobody's";
            }

            return null;
        };

        var answers = await Task.WhenAll(Enumerable.Range(0, 80).Select(number => clients[number % 8].CallAsync(Read)));

        Assert.Equal(80, answers.Length);
        var renewal = Assert.Single(bitrix24.TokenRequests);
        Assert.Equal("POST", renewal.Method);
        Assert.Equal(("access1", "refresh1"), ((await store.ReadAsync(default))!.AccessToken, (await store.ReadAsync(default))!.RefreshToken));
        Assert.True(bitrix24.Calls.Count > 80, "Nobody met the expired token.");
        Assert.InRange(bitrix24.Calls.Count(call => MockBitrix24.TokenOf(call) == "access1"), 1, 80);
        bitrix24.MustHaveKeptItsSecrets();
    }

    [Theory]
    [InlineData(400, "invalid_grant", Bitrix24ErrorKind.AuthorisationNeeded, null)]
    [InlineData(402, "PAYMENT_REQUIRED", Bitrix24ErrorKind.PaymentRequired, 600)]
    [InlineData(401, "invalid_client", Bitrix24ErrorKind.ApplicationRemoved, 600)]
    [InlineData(400, "wrong_client", Bitrix24ErrorKind.ApplicationRemoved, 600)]
    [InlineData(400, "invalid_scope", Bitrix24ErrorKind.AuthorisationRefused, 600)]
    [InlineData(500, "INTERNAL_SERVER_ERROR", Bitrix24ErrorKind.AuthorisationUnavailable, 15)]
    [InlineData(200, "", Bitrix24ErrorKind.AuthorisationUnavailable, 600)]
    public async Task A_refused_renewal_has_its_own_kind_and_is_not_asked_for_again_at_once(int status, string code, Bitrix24ErrorKind kind, int? pauseSeconds)
    {
        using var bitrix24 = new MockBitrix24 { GoodToken = "another", OAuthRefusal = (status, code.Length > 0 ? MockBitrix24.Error(code) : "<html></html>") };
        var clock = new FakeTimeProvider();
        var store = new InMemoryTokenStore(First, clock);
        var (client, other) = (bitrix24.Client(bitrix24.Process(clock), store), bitrix24.Client(bitrix24.Process(clock), store));

        var first = (await Assert.ThrowsAsync<Bitrix24Exception>(() => client.CallAsync(Read))).Error;
        var second = (await Assert.ThrowsAsync<Bitrix24Exception>(() => other.CallAsync(Read))).Error;

        Assert.Equal((kind, kind), (first.Kind, second.Kind));
        Assert.Equal(pauseSeconds is { } seconds ? clock.GetUtcNow().AddSeconds(seconds) : null, first.RetryAt);
        Assert.Equal(first.RetryAt, second.RetryAt);
        Assert.Equal(kind == Bitrix24ErrorKind.AuthorisationUnavailable, first.IsRetryable);
        Assert.Single(bitrix24.TokenRequests);

        bitrix24.OAuthRefusal = null;
        clock.Advance(TimeSpan.FromSeconds(pauseSeconds ?? 3600));
        if (pauseSeconds is null)
        {
            await Assert.ThrowsAsync<Bitrix24Exception>(() => client.CallAsync(Read));
            store.Put(First);
        }

        await client.CallAsync(Read);
        Assert.Equal(2, bitrix24.TokenRequests.Count);
        bitrix24.MustHaveKeptItsSecrets();
    }

    [Fact]
    public async Task A_refusal_tells_its_remedy_and_the_method_that_failed()
    {
        using var bitrix24 = new MockBitrix24 { GoodToken = "another", OAuthRefusal = (400, MockBitrix24.Error("invalid_grant")) };
        var client = bitrix24.Client(bitrix24.Process(), new InMemoryTokenStore(First, TimeProvider.System));

        var refused = await Assert.ThrowsAsync<Bitrix24Exception>(() => client.CallAsync(Read));

        Assert.Equal("profile", refused.MethodName);
        Assert.Contains("invalid_grant", refused.Message, StringComparison.Ordinal);
        Assert.Contains("install the application anew", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_nobody_answers_for_is_unavailable()
    {
        using var bitrix24 = new MockBitrix24 { GoodToken = "another" };
        var process = bitrix24.Process();
        var away = new MockBitrix24();
        var server = away.Server(process);
        away.Dispose();
        var tokens = process.CreateTokens(new InMemoryTokenStore(First, TimeProvider.System), () => server);
        var client = process.Create(new OAuthCredentials(new Uri(bitrix24.Address, "rest/"), tokens, allowInsecureLoopback: true));

        var error = (await Assert.ThrowsAsync<Bitrix24Exception>(() => client.CallAsync(Read))).Error;

        Assert.Equal((Bitrix24ErrorKind.AuthorisationUnavailable, true), (error.Kind, error.IsRetryable));
    }

    [Fact]
    public async Task Without_tokens_the_application_is_gone_and_nobody_is_asked()
    {
        using var bitrix24 = new MockBitrix24();
        var client = bitrix24.Client(bitrix24.Process(), new InMemoryTokenStore(null, TimeProvider.System));

        var error = (await Assert.ThrowsAsync<Bitrix24Exception>(() => client.CallAsync(Read))).Error;

        Assert.Equal(Bitrix24ErrorKind.ApplicationRemoved, error.Kind);
        Assert.Empty(bitrix24.Calls);
    }

    [Fact]
    public async Task A_token_that_the_portal_does_not_know_means_that_the_application_is_gone_and_is_not_renewed()
    {
        using var bitrix24 = new MockBitrix24 { Refusal = _ => (401, MockBitrix24.Error("NO_AUTH_FOUND")) };
        var process = bitrix24.Process();
        var client = bitrix24.Client(process, new InMemoryTokenStore(First, TimeProvider.System));

        Assert.Equal(Bitrix24ErrorKind.ApplicationRemoved, (await Assert.ThrowsAsync<Bitrix24Exception>(() => client.CallAsync(Read))).Error.Kind);
        Assert.Equal(
            Bitrix24ErrorKind.NotAuthorised, (await Assert.ThrowsAsync<Bitrix24Exception>(() => bitrix24.WebhookClient(process).CallAsync(Read))).Error.Kind);
        Assert.Empty(bitrix24.TokenRequests);
    }

    [Theory]
    [InlineData("invalid_token", Bitrix24ErrorKind.InvalidToken, 1)]
    [InlineData("expired_token", Bitrix24ErrorKind.ExpiredToken, 1)]
    public async Task A_portal_that_refuses_renewed_tokens_too_is_not_asked_for_ever(string code, Bitrix24ErrorKind kind, int renewals)
    {
        using var bitrix24 = new MockBitrix24 { Refusal = _ => (401, MockBitrix24.Error(code)) };
        var client = bitrix24.Client(bitrix24.Process(), new InMemoryTokenStore(First, TimeProvider.System));

        var error = (await Assert.ThrowsAsync<Bitrix24Exception>(() => client.CallAsync(Read))).Error;

        Assert.Equal(kind, error.Kind);
        Assert.Equal((renewals, renewals + 1), (bitrix24.TokenRequests.Count, bitrix24.Calls.Count));
    }

    [Fact]
    public async Task A_portal_that_finds_every_token_expired_makes_one_renewal_a_minute_however_often_it_is_called()
    {
        using var bitrix24 = new MockBitrix24 { Refusal = _ => (401, MockBitrix24.Error("expired_token")) };
        var clock = new FakeTimeProvider();
        var store = new InMemoryTokenStore(First, clock);
        var client = bitrix24.Client(bitrix24.Process(clock), store);

        for (var call = 0; call < 6; call++)
        {
            await MustExpireAsync(client);
        }

        Assert.Single(bitrix24.TokenRequests);

        clock.Advance(TimeSpan.FromMinutes(1));
        await MustExpireAsync(client);
        Assert.Equal(2, bitrix24.TokenRequests.Count);

        static async Task MustExpireAsync(Bitrix24Client client) =>
            Assert.Equal(Bitrix24ErrorKind.ExpiredToken, (await Assert.ThrowsAsync<Bitrix24Exception>(() => client.CallAsync(Read))).Error.Kind);
    }

    [Fact]
    public async Task A_token_that_was_refused_is_not_sent_while_it_may_not_be_renewed()
    {
        using var bitrix24 = new MockBitrix24 { GoodToken = "another", OAuthRefusal = (402, MockBitrix24.Error("PAYMENT_REQUIRED")) };
        var clock = new FakeTimeProvider();
        var client = bitrix24.Client(bitrix24.Process(clock), new InMemoryTokenStore(First, clock));

        for (var call = 0; call < 3; call++)
        {
            Assert.Equal(Bitrix24ErrorKind.PaymentRequired, (await Assert.ThrowsAsync<Bitrix24Exception>(() => client.CallAsync(Read))).Error.Kind);
        }

        Assert.Single(bitrix24.Calls);
    }

    [Fact]
    public async Task A_process_that_dies_between_spending_and_storing_leaves_a_portal_that_a_person_must_authorise()
    {
        using var bitrix24 = new MockBitrix24 { GoodToken = "another" };
        var clock = new SteppingClock();
        var store = new InMemoryTokenStore(First, clock);
        var dying = bitrix24.Client(bitrix24.Process(clock), new BreakingStore(store, failures: int.MaxValue));

        await Assert.ThrowsAsync<IOException>(() => clock.RunAsync(dying.CallAsync(Read)));

        // Its lease lapses; what it got is lost, and the refresh token that stands in the store is spent.
        clock.Advance(TimeSpan.FromMinutes(5));
        var error = (await Assert.ThrowsAsync<Bitrix24Exception>(() => bitrix24.Client(bitrix24.Process(clock), store).CallAsync(Read))).Error;
        Assert.Equal((Bitrix24ErrorKind.AuthorisationNeeded, "invalid_grant"), (error.Kind, error.Code));
        Assert.Equal(2, bitrix24.TokenRequests.Count);
    }

    [Fact]
    public async Task A_store_that_fails_for_a_moment_loses_no_tokens_and_lets_no_other_process_spend_the_old_ones()
    {
        using var bitrix24 = new MockBitrix24 { GoodToken = "another" };
        var clock = new SteppingClock();
        var store = new InMemoryTokenStore(First, clock);
        var one = bitrix24.Client(bitrix24.Process(clock), new BreakingStore(store, failures: 20));
        var other = bitrix24.Client(bitrix24.Process(clock), store);

        using var impatient = new CancellationTokenSource();
        var first = one.CallAsync(Read, impatient.Token);
        await SteppingClock.UntilAsync(() => bitrix24.TokenRequests.Count == 1);
        await clock.RunAsync(Task.WhenAll(first, other.CallAsync(Read)));

        Assert.Single(bitrix24.TokenRequests);
        Assert.Equal("refresh1", (await store.ReadAsync(default))!.RefreshToken);
        Assert.Contains(bitrix24.Log.Lines, line => line.Contains("could not be stored", StringComparison.Ordinal));
        bitrix24.MustHaveKeptItsSecrets();
    }

    [Fact]
    public async Task Who_could_not_store_the_tokens_does_so_at_the_next_call_without_waiting_for_his_own_lease()
    {
        using var bitrix24 = new MockBitrix24 { GoodToken = "another" };
        var clock = new SteppingClock();
        var store = new InMemoryTokenStore(First, clock);
        var breaking = new BreakingStore(store, failures: int.MaxValue);
        var client = bitrix24.Client(bitrix24.Process(clock), breaking);
        await Assert.ThrowsAsync<IOException>(() => clock.RunAsync(client.CallAsync(Read)));
        var failedAt = clock.GetUtcNow();
        breaking.Failures = 0;

        await clock.RunAsync(client.CallAsync(Read));

        Assert.Equal(failedAt, clock.GetUtcNow());
        Assert.Single(bitrix24.TokenRequests);
        Assert.Equal("refresh1", (await store.ReadAsync(default))!.RefreshToken);
    }

    [Fact]
    public async Task A_store_that_fails_for_long_gets_the_tokens_from_who_has_them_although_another_process_gave_up()
    {
        using var bitrix24 = new MockBitrix24 { GoodToken = "another" };
        var clock = new SteppingClock();
        var store = new InMemoryTokenStore(First, clock);
        var breaking = new BreakingStore(store, failures: int.MaxValue);
        var one = bitrix24.Client(bitrix24.Process(clock), breaking);
        var other = bitrix24.Client(bitrix24.Process(clock), store);
        await Assert.ThrowsAsync<IOException>(() => clock.RunAsync(one.CallAsync(Read)));

        // The lease was not given back, so the other waits in vain, and when it lapsed finds the old token spent.
        var early = await Assert.ThrowsAsync<Bitrix24Exception>(() => clock.RunAsync(other.CallAsync(Read)));
        Assert.Equal("CLIENT_RENEWAL_ELSEWHERE", early.Error.Code);
        clock.Advance(TimeSpan.FromMinutes(2));
        var late = await Assert.ThrowsAsync<Bitrix24Exception>(() => clock.RunAsync(other.CallAsync(Read)));
        Assert.Equal(Bitrix24ErrorKind.AuthorisationNeeded, late.Error.Kind);

        breaking.Failures = 0;
        await clock.RunAsync(one.CallAsync(Read));
        await clock.RunAsync(other.CallAsync(Read));

        Assert.Equal(2, bitrix24.TokenRequests.Count);
        Assert.Equal(new TokenPair(MockBitrix24.MemberId, "access1", "refresh1"), await store.ReadAsync(default));
    }

    [Fact]
    public async Task A_process_that_froze_does_not_write_over_what_another_stored()
    {
        var clock = new FakeTimeProvider();
        var store = new InMemoryTokenStore(First, clock);
        var frozen = await store.TryLeaseAsync(default);
        Assert.Null(await store.TryLeaseAsync(default));
        clock.Advance(TimeSpan.FromMinutes(3));
        var other = await store.TryLeaseAsync(default);
        var renewed = new RedeemedTokens { AccessToken = "a", RefreshToken = "r", MemberId = MockBitrix24.MemberId };

        Assert.False(await frozen!.StoreAsync(First, renewed));
        Assert.False(await frozen.NoteAsync(First, new RenewalFailure(Bitrix24ErrorKind.AuthorisationNeeded, null)));
        await frozen.DisposeAsync();
        Assert.Null(await store.TryLeaseAsync(default));
        Assert.True(await other!.StoreAsync(First, renewed));
        Assert.Equal(new TokenPair(MockBitrix24.MemberId, "a", "r"), await store.ReadAsync(default));
    }

    [Fact]
    public void A_pair_prints_no_token() => Assert.Equal("tokens of member1", First.ToString());

    /// <summary>A store that fails to write so many times.</summary>
    private sealed class BreakingStore(InMemoryTokenStore inner, int failures) : ITokenStore
    {
        public int Failures { get; set; } = failures;

        public ValueTask<TokenPair?> ReadAsync(CancellationToken cancellationToken) => inner.ReadAsync(cancellationToken);

        public async ValueTask<ITokenLease?> TryLeaseAsync(CancellationToken cancellationToken)
        {
            // Whoever stopped here could not give the lease back.
            Assert.False(cancellationToken.CanBeCanceled);
            return await inner.TryLeaseAsync(cancellationToken) is { } lease ? new Lease(this, lease) : null;
        }

        private sealed class Lease(BreakingStore store, ITokenLease inner) : ITokenLease
        {
            public Task<bool> StoreAsync(TokenPair spent, RedeemedTokens tokens) =>
                store.Failures-- > 0 ? throw new IOException("The disk is full.") : inner.StoreAsync(spent, tokens);

            public Task<bool> NoteAsync(TokenPair refused, RenewalFailure failure) => inner.NoteAsync(refused, failure);

            public ValueTask DisposeAsync() => inner.DisposeAsync();
        }
    }
}
