using System.Net;
using Bitrix24.Client.Methods;

namespace Bitrix24.Client.Tests;

public sealed class RenameTests
{
    private static readonly RestCall Write = MessengerMethods.AddMessage("5", "text");

    private static TokenPair First => new(MockBitrix24.MemberId, "access0", "refresh0");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_renamed_portal_is_followed_once_with_method_and_body_and_then_called_at_once(bool isApplication)
    {
        using var pair = Renamed();
        var (former, portal) = pair;
        var (process, moves) = (former.Process(), new List<PortalMove>());
        var client = Client(former, process, isApplication, moves);

        await client.CallAsync(Write);

        var repeated = Assert.Single(portal.Calls);
        Assert.Equal(("POST", Assert.Single(former.Calls).Body, former.Calls.Single().Path), (repeated.Method, repeated.Body, repeated.Path));
        Assert.Equal([new PortalMove(former.Portal, portal.Address)], moves);
        Assert.Equal((portal.Portal, 2), (client.MovedTo, process.Statistics.RequestsSent));

        await client.CallAsync(Write);
        await process.Create(client.Credentials with { }).CallAsync(Write);

        Assert.Equal((1, 3, 1), (former.Calls.Count, portal.Calls.Count, moves.Count));
        former.MustHaveKeptItsSecrets();
    }

    [Fact]
    public async Task The_new_address_shares_the_limits_of_the_former()
    {
        using var pair = Renamed();
        var (former, portal) = pair;
        var process = former.Process();
        var client = former.WebhookClient(process);
        await client.CallAsync(Write);

        var later = portal.WebhookClient(process);

        Assert.Same(client.Bucket, later.Bucket);
        Assert.Same(client.Operating, later.Operating);
        Assert.Null(later.MovedTo);
    }

    [Fact]
    public async Task Whoever_takes_the_former_name_is_not_sent_to_the_former_tenant()
    {
        using var pair = Renamed();
        var (former, portal) = pair;
        var process = former.Process();
        var moved = Client(former, process, isApplication: true, []);
        await moved.CallAsync(Write);
        former.Redirect = _ => null;

        var newcomer = Client(former, process, isApplication: true, []);
        await newcomer.CallAsync(Write);
        await moved.CallAsync(Write);

        Assert.Equal((2, 2), (former.Calls.Count, portal.Calls.Count));
        Assert.Equal((portal.Portal, null), (moved.MovedTo, newcomer.MovedTo));
        Assert.NotSame(moved.Bucket, newcomer.Bucket);
        Assert.NotSame(moved.Operating, newcomer.Operating);
    }

    [Fact]
    public async Task A_renamed_portal_is_counted_by_its_present_host_so_that_processes_which_know_no_other_count_along()
    {
        using var pair = Renamed();
        var (former, portal) = pair;
        var store = new RequestBucketsInMemory(TimeProvider.System, isShared: true);
        var (one, other) = (former.Process(buckets: store), former.Process(buckets: store));
        var client = former.WebhookClient(one);
        await client.CallAsync(Write);

        // Full, as far as anybody knows of a portal under its new name.
        var size = client.Bucket.Size;
        Assert.True(await store.TryTakeAsync(portal.Portal, size, 0) > TimeSpan.Zero);
        Assert.Equal(TimeSpan.Zero, await store.TryTakeAsync(former.Portal, size, 0));
        await portal.WebhookClient(other).CallAsync(Write);
        await client.CallAsync(Write);
        Assert.Equal(1, other.Statistics.BucketWaits);
    }

    [Fact]
    public async Task A_token_that_expired_before_the_renaming_is_renewed_at_the_new_address()
    {
        using var pair = Renamed();
        var (former, portal) = pair;
        (portal.GoodToken, former.GoodRefresh) = ("access1", "refresh0");
        var client = former.Client(former.Process(), new InMemoryTokenStore(First, TimeProvider.System));

        await client.CallAsync(Write);

        Assert.Single(former.TokenRequests);
        Assert.Equal(["access0", "access1"], portal.Calls.Select(MockBitrix24.TokenOf));
    }

    [Theory]
    [InlineData(301, "{0}")]
    [InlineData(303, "{0}")]
    [InlineData(307, "{0}")]
    [InlineData(308, "{0}")]
    [InlineData(302, "")]
    [InlineData(302, "/rest/other")]
    [InlineData(302, "{0}/")]
    [InlineData(302, "{0}?a=b")]
    [InlineData(302, "{0}#a")]
    [InlineData(302, "{0}.json")]
    public async Task No_other_redirect_is_followed(int status, string location)
    {
        using var pair = Renamed();
        var (former, portal) = pair;
        former.Redirect = request => (status, string.Format(null, location, new Uri(portal.Address, request.Path)));
        var client = former.WebhookClient(former.Process());

        await MustNotBeFollowedAsync(client, portal);
        Assert.Single(former.Calls);
    }

    [Theory]
    [InlineData("http://u:p@{0}{1}")]
    [InlineData("ftp://{0}{1}")]
    [InlineData("http://moved.example{1}")]
    public async Task No_other_address_is_called(string location)
    {
        using var pair = Renamed();
        var (former, portal) = pair;
        former.Redirect = request => (302, string.Format(null, location, portal.Portal, request.Path));

        await MustNotBeFollowedAsync(former.WebhookClient(former.Process()), portal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_guard_of_addresses_is_asked_also_for_a_webhook(bool isApplication)
    {
        using var pair = Renamed();
        var (former, portal) = pair;
        var asked = 0;
        var process = former.Process(configure: options => options.MayConnect = address => IPAddress.IsLoopback(address) && isApplication && ++asked == 1);

        await MustNotBeFollowedAsync(Client(former, process, isApplication, []), portal);
    }

    [Theory]
    [InlineData(200, "<html></html>")]
    [InlineData(200, "{\"ok\":true}")]
    [InlineData(404, "<html></html>")]
    [InlineData(401, "{\"error\":\"NO_AUTH_FOUND\"}")]
    public async Task A_new_address_that_does_not_answer_as_the_portal_is_not_kept(int status, string body)
    {
        using var pair = Renamed();
        var (former, portal) = pair;
        portal.Refusal = _ => (status, body);
        var (process, moves) = (former.Process(), new List<PortalMove>());
        var client = Client(former, process, isApplication: true, moves);

        var error = (await Assert.ThrowsAsync<Bitrix24Exception>(() => client.CallAsync(UserMethods.Profile()))).Error;

        Assert.Equal((Bitrix24ErrorKind.PortalMoved, portal.Portal), (error.Kind, error.MovedTo));
        Assert.Empty(moves);
        Assert.Null(client.MovedTo);
    }

    [Theory]
    [InlineData(503, "maintenance")]
    [InlineData(403, "ACCESS_DENIED")]
    public async Task An_error_of_the_new_address_reaches_the_caller_and_does_not_prove_that_the_portal_lives_there(int status, string code)
    {
        using var pair = Renamed();
        var (former, portal) = pair;
        portal.Refusal = _ => (status, MockBitrix24.Error(code));
        var moves = new List<PortalMove>();
        var client = Client(former, former.Process(), isApplication: true, moves);

        var error = (await Assert.ThrowsAsync<Bitrix24Exception>(() => client.CallAsync(UserMethods.Profile()))).Error;

        Assert.Equal(code, error.Code);
        Assert.Empty(moves);
        Assert.Null(client.MovedTo);
    }

    [Fact]
    public async Task A_write_that_the_new_address_did_not_answer_has_an_unknown_outcome()
    {
        using var pair = Renamed();
        var (former, portal) = pair;
        portal.Refusal = _ => (502, "<html></html>");

        var error = (await Assert.ThrowsAsync<Bitrix24Exception>(() => former.WebhookClient(former.Process()).CallAsync(Write))).Error;

        Assert.Equal(Bitrix24ErrorKind.OutcomeUnknown, error.Kind);
    }

    [Fact]
    public async Task Whoever_points_on_is_not_followed()
    {
        using var pair = Renamed();
        var (former, between) = pair;
        using var portal = new MockBitrix24();
        between.Redirect = request => (302, new Uri(portal.Address, request.Path).ToString());
        var moves = new List<PortalMove>();

        await MustNotBeFollowedAsync(Client(former, former.Process(), isApplication: false, moves), portal);

        Assert.Single(between.Calls);
        Assert.Empty(moves);
    }

    [Fact]
    public async Task A_portal_renamed_twice_and_back_is_followed_each_time()
    {
        using var pair = Renamed();
        var (former, portal) = pair;
        var moves = new List<PortalMove>();
        var client = Client(former, former.Process(), isApplication: false, moves);
        await client.CallAsync(Write);
        (former.Redirect, portal.Redirect) = (_ => null, former.Redirect);
        portal.Redirect = request => (302, new Uri(former.Address, request.Path).ToString());

        await client.CallAsync(Write);

        Assert.Equal([portal.Portal, former.Portal], moves.Select(move => move.Portal));
        Assert.Null(client.MovedTo);
    }

    [Fact]
    public async Task An_address_that_cannot_be_kept_does_not_undo_the_answer()
    {
        using var pair = Renamed();
        var (former, portal) = pair;
        var client = former.WebhookClient(former.Process(), _ => throw new IOException("The disk is full."));

        await client.CallAsync(Write);

        Assert.Contains(former.Log.Lines, line => line.Contains("could not be kept", StringComparison.Ordinal));
        Assert.Single(portal.Calls);
    }

    private static Pair Renamed()
    {
        var (former, portal) = (new MockBitrix24(), new MockBitrix24());
        former.Redirect = request => (302, new Uri(portal.Address, request.Path).ToString());
        return new Pair(former, portal);
    }

    private static Bitrix24Client Client(MockBitrix24 former, Bitrix24ClientFactory process, bool isApplication, List<PortalMove> moves)
    {
        return isApplication
            ? former.Client(process, new InMemoryTokenStore(First, TimeProvider.System), Note)
            : former.WebhookClient(process, Note);

        Task Note(PortalMove move)
        {
            moves.Add(move);
            return Task.CompletedTask;
        }
    }

    private static async Task MustNotBeFollowedAsync(Bitrix24Client client, MockBitrix24 portal)
    {
        var refused = await Assert.ThrowsAsync<Bitrix24Exception>(() => client.CallAsync(Write));
        Assert.Equal(Bitrix24ErrorKind.PortalMoved, refused.Error.Kind);
        Assert.DoesNotContain(MockBitrix24.WebhookSecret, refused.ToString(), StringComparison.Ordinal);
        Assert.Empty(portal.Calls);
        Assert.Null(client.MovedTo);
    }

    private sealed record Pair(MockBitrix24 Former, MockBitrix24 Portal) : IDisposable
    {
        public void Dispose()
        {
            Former.Dispose();
            Portal.Dispose();
        }
    }
}
