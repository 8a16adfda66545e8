using Bitrix24.Client.Methods;
using static Bitrix24.Client.Tests.TestPortal;

namespace Bitrix24.Client.Tests;

public sealed class UnreadableTextTests
{
    [Theory]
    [InlineData("""{"error":"\ud83d","error_description":"x"}""")]
    [InlineData("""{"result":{"NAME":"\udc00"}}""")]
    [InlineData("""{"result":{"\ud83dNAME":"x"}}""")]
    public async Task An_answer_with_half_a_surrogate_pair_is_no_answer_whatever_is_read_of_it(string json)
    {
        await using var portal = await StartAsync(Answer(json));

        var exception = await Assert.ThrowsAsync<Bitrix24Exception>(() => portal.Clock.RunAsync(portal.Client.CallAsync(UserMethods.Profile())));

        Assert.Equal(Bitrix24ErrorKind.NotAnAnswer, exception.Error.Kind);
    }
}
