using Bitrix24.PortalSimulator.Rest;
using Bitrix24.PortalSimulator.State;

namespace Bitrix24.PortalSimulator.Methods;

/// <summary>voximplant.statistic.get (api-reference/telephony/voximplant/voximplant-statistic-get.md).</summary>
internal static class TelephonyMethods
{
    private static readonly FilterRules Rules = new(FilterDialect.CallStatistics)
    {
        FieldName = name => name == "RECORD_FILE_ID" ? null : name,
    };

    public static IEnumerable<RestMethod> All { get; } = [new("voximplant.statistic.get", ["telephony"], Statistics) { IsList = true }];

    private static MethodResult Statistics(CallContext call)
    {
        if (!call.IsAdministrator && !call.Portal.MaySeeCallStatistics(call.Caller.UserId))
        {
            throw RestException.AccessDenied(403);
        }
        var table = call.State.Calls;
        var filter = Filter.Compile(call.Parameters.Map("FILTER"), table, Rules, call.State.ServerOffset);
        List<(FieldSpec Field, bool Descending)> order = [];
        if (call.Parameters.Text("SORT") is { Length: > 0 } sort)
        {
            var field = sort is "CALL_TYPE" or "RECORD_FILE_ID" ? null : table.Field(sort);
            order.Add((field ?? throw RestException.Argument($"Cannot sort by '{sort}'"), ListQuery.IsDescending(call.Parameters.Text("ORDER"))));
        }
        var page = ListQuery.Run(table, filter, order, call.Start(), null);
        var rows = CallContext.Array(page.Rows.Select(row => call.Write(table, row, _ => true, AnswerStyle.Strings)));
        return new MethodResult(rows, page.Total, page.Next);
    }
}
