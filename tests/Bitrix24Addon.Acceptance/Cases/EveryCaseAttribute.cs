using System.Reflection;
using Bitrix24Addon.Tests.Storage;
using Xunit.Sdk;
using Xunit.v3;

namespace Bitrix24Addon.Acceptance.Cases;

/// <summary>Runs a theory for every case file on every database: <c>(string name, DatabaseKind kind)</c>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EveryCaseAttribute : DataAttribute
{
    public override async ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker)
    {
        var databases = await new EveryDatabaseAttribute().GetData(testMethod, disposalTracker);
        return [.. CaseFile.Names.SelectMany(_ => databases, (name, database) =>
            new TheoryDataRow<string, DatabaseKind>(name, (DatabaseKind)database.GetData()[0]!) { Skip = database.Skip })];
    }

    public override bool SupportsDiscoveryEnumeration() => true;
}
