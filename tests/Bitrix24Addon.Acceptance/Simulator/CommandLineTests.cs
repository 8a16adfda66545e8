using Bitrix24.PortalSimulator;

namespace Bitrix24Addon.Acceptance.Simulator;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData(2, "--nosuch")]
    [InlineData(2, "--port", "many")]
    [InlineData(2, "--shift")]
    [InlineData(2, "--timeline", "a.jsonl", "--seed", "1")]
    [InlineData(1, "--timeline", "nosuch.jsonl")]
    public void Misuse_is_told_by_the_exit_code(int exitCode, params string[] arguments) =>
        Assert.Equal(exitCode, typeof(SimulatedPortal).Assembly.EntryPoint!.Invoke(null, [arguments]));
}
