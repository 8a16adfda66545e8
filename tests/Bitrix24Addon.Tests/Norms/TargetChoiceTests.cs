using Bitrix24Addon.Norms.Deciding;
using Bitrix24Addon.Portals;
using Bitrix24Addon.Rules.Documents;

namespace Bitrix24Addon.Tests.Norms;

/// <summary>Which target holds for whom.</summary>
public sealed class TargetChoiceTests
{
    private static readonly NormTarget Everyone = new(NormScope.Everyone, 1);
    private static readonly NormTarget CallCentre = new(new NormScope(Tier: Tier.CallCentre), 2);
    private static readonly NormTarget KeyAccounts = new(new NormScope(Tier: Tier.KeyAccounts), 3);
    private static readonly NormTarget Sales = new(new NormScope(DepartmentId: 10), 4);
    private static readonly NormTarget Own = new(new NormScope(DepartmentId: 11), 5);
    private static readonly NormTarget Other = new(new NormScope(DepartmentId: 14), 6);
    private static readonly NormTarget Person = new(new NormScope(UserId: 7), 7);

    private static readonly PersonPlace Place = new(7, [(11, 0), (10, 1), (1, 2)], [Tier.CallCentre, Tier.KeyAccounts]);

    [Fact]
    public void The_most_specific_wins_in_whatever_order_they_are_written()
    {
        NormTarget[] all = [Everyone, KeyAccounts, CallCentre, Sales, Other, Own, Person];
        NormTarget[] bySpecificity = [Person, Own, Sales, CallCentre, KeyAccounts, Everyone];
        for (var left = 0; left < bySpecificity.Length; left++)
        {
            var targets = all.Except(bySpecificity.Take(left)).ToList();
            foreach (var order in new[] { targets, Enumerable.Reverse(targets).ToList() })
            {
                var chosen = TargetChoice.Choose(order, Place)!;
                Assert.Equal(bySpecificity[left].Scope, chosen.Scope);
                Assert.Equal(bySpecificity[left].PerDay, chosen.PerDay);
                Assert.Equal(bySpecificity.Skip(left + 1).Select(t => t.Scope), chosen.PassedOver);
            }
        }
    }

    [Fact]
    public void A_department_above_says_how_far_above_it_lies() => Assert.Equal(1, TargetChoice.Choose([Sales, Everyone], Place)!.LevelsAbove);

    [Fact]
    public void Whom_no_scope_names_no_target_holds() =>
        Assert.Null(TargetChoice.Choose([Other, Person, CallCentre], new PersonPlace(8, [(11, 0), (10, 1)], [Tier.Service])));
}
