using Bitrix24Addon.Facts;

namespace Bitrix24Addon.Tests.Facts;

public sealed class PortalPathsTests
{
    [Theory]
    [InlineData("L_5", "/crm/lead/details/5/")]
    [InlineData("D_7", "/crm/deal/details/7/")]
    [InlineData("C_2", "/crm/contact/details/2/")]
    [InlineData("CO_3", "/crm/company/details/3/")]
    [InlineData("Q_4", "/crm/type/7/details/4/")]
    [InlineData("SI_6", "/crm/type/31/details/6/")]
    [InlineData("T80_3", "/crm/type/128/details/3/")]
    [InlineData("X_3", null)]
    [InlineData("T_3", null)]
    [InlineData("D_7/../8", null)]
    [InlineData("D_", null)]
    public void A_crm_object_opens_over_the_page(string key, string? path) =>
        Assert.Equal(path is null ? null : new PortalPath(path, OpensInside: true), PortalPaths.OfCrmObject(key));

    [Fact]
    public void Tasks_and_calendars_open_in_a_tab_and_are_somebodys()
    {
        Assert.Equal(new PortalPath("/company/personal/user/9/tasks/task/view/5/", false), PortalPaths.Of(FactKind.Task, 5, 9));
        Assert.Equal(new PortalPath("/company/personal/user/9/calendar/?EVENT_ID=5", false), PortalPaths.Of(FactKind.CalendarEvent, 5, 9));
        Assert.Null(PortalPaths.Of(FactKind.Task, 5, 0));
        Assert.Null(PortalPaths.Of(FactKind.Call, 5, 9));
    }
}
