using System.Net;
using Bitrix24Addon.Portals;

namespace Bitrix24Addon.Tests.Portals;

public sealed class PortalAddressGuardTests
{
    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("172.15.255.255", true)]
    [InlineData("2a02:6b8::1", true)]
    [InlineData("10.0.0.1", false)]
    [InlineData("172.16.0.1", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.1.2.3", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::1", false)]
    [InlineData("::", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("2002:a00:1::1", false)]
    [InlineData("fc00::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("ff02::1", false)]
    public void Only_what_is_routed_in_the_world_may_be_connected_to(string address, bool mayConnect) =>
        Assert.Equal(mayConnect, new PortalAddressGuard(allowsLoopback: false).MayConnect(IPAddress.Parse(address)));

    [Theory]
    [InlineData("https://8.8.8.8/rest/", false, true)]
    [InlineData("http://8.8.8.8/rest/", true, false)]
    [InlineData("https://localhost/rest/", false, false)]
    [InlineData("https://localhost/rest/", true, true)]
    [InlineData("http://127.0.0.1:8024/rest/", true, true)]
    [InlineData("http://127.0.0.1:8024/rest/", false, false)]
    [InlineData("https://10.0.0.1/rest/", true, false)]
    [InlineData("https://[fd00::1]/rest/", true, false)]
    [InlineData("https://2130706433/rest/", false, false)]
    [InlineData("https://no-such-host.invalid/rest/", false, false)]
    public async Task An_address_is_judged_after_resolving(string address, bool allowsLoopback, bool mayCall) =>
        Assert.Equal(mayCall, await new PortalAddressGuard(allowsLoopback).MayCallAsync(new Uri(address), TestContext.Current.CancellationToken));
}
