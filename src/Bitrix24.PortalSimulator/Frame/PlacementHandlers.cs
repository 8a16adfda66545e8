using System.Text.Json.Nodes;
using Bitrix24.PortalSimulator.Rest;

namespace Bitrix24.PortalSimulator.Frame;

/// <summary>A page that the application bound to a place of the portal.</summary>
/// <param name="Placement">Code of the place, upper case.</param>
/// <param name="Address">The page.</param>
/// <param name="Title">What people see, unless their language has a text of its own.</param>
/// <param name="Description">More about it.</param>
/// <param name="Languages">By language TITLE, DESCRIPTION and GROUP_NAME.</param>
/// <param name="Options">What the place wants besides.</param>
internal sealed record PlacementHandler(string Placement, Uri Address, string Title, string Description, JsonObject Languages, JsonObject Options)
{
    public string TitleIn(string language) => (string?)Languages[language]?["TITLE"] is { Length: > 0 } title ? title : Title.Length > 0 ? Title : Placement;
}

/// <summary>The bound pages. Not thread-safe: the portal's gate is held by whoever reads or changes it.</summary>
internal sealed class PlacementHandlers
{
    // At these there is room for one page of an application.
    private static readonly string[] Single = ["REST_APP_URI", "PAGE_BACKGROUND_WORKER"];

    private readonly List<PlacementHandler> _bound = [];

    public IReadOnlyList<PlacementHandler> Bound => _bound;

    public void Bind(PlacementHandler handler)
    {
        if (_bound.Exists(other => other.Placement == handler.Placement && Single.Contains(other.Placement)))
        {
            throw new RestException(200, "ERROR_PLACEMENT_MAX_COUNT", "The place takes one handler only");
        }
        if (_bound.Exists(other => other.Placement == handler.Placement && other.Address.OriginalString == handler.Address.OriginalString))
        {
            throw new RestException(400, "ERROR_CORE", "Unable to set placement handler: the handler is bound already");
        }
        _bound.Add(handler);
    }

    public int Unbind(Predicate<PlacementHandler> condition) => _bound.RemoveAll(condition);

    public void UnbindAll() => _bound.Clear();
}
