using System.Text.Json;

namespace Bitrix24Addon.Portals;

/// <summary>What we declare to Bitrix24, which is what we do: the installation and the doctor read it here. The file is <c>manifest/app.json</c>.</summary>
/// <param name="Languages">Languages that every text exists in.</param>
/// <param name="Addresses">Where the portal opens us.</param>
/// <param name="Scopes">Scopes that this version needs.</param>
/// <param name="Events">Events that we subscribe to.</param>
/// <param name="Placements">Places of the portal that have a page of ours.</param>
/// <param name="Robots">Robots that we offer.</param>
public sealed record Manifest(
    IReadOnlyList<string> Languages, ManifestAddresses Addresses, IReadOnlyList<ManifestScope> Scopes, IReadOnlyList<ManifestEvent> Events,
    IReadOnlyList<ManifestPlacement> Placements, IReadOnlyList<ManifestRobot> Robots)
{
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    private static readonly Lazy<Manifest> OfProgram = new(() => Read<Manifest>("app.json"));

    private readonly Lazy<IReadOnlyDictionary<string, ManifestTexts>> _texts = new(
        () => OfProgram.Value.Languages.ToDictionary(language => language, language => Read<ManifestTexts>($"lang/{language}.json")));

    /// <summary>The manifest of this version.</summary>
    public static Manifest Current => OfProgram.Value;

    /// <summary>The texts in each language.</summary>
    public IReadOnlyDictionary<string, ManifestTexts> Texts => _texts.Value;

    private static T Read<T>(string file)
    {
        using var stream = typeof(Manifest).Assembly.GetManifestResourceStream($"manifest/{file}")!;
        return JsonSerializer.Deserialize<T>(stream, Strict)!;
    }
}

/// <summary>Addresses below the public one, for the application's card.</summary>
/// <param name="Install">The initial installation.</param>
/// <param name="Application">The application's page.</param>
/// <param name="Events">Where events are posted to.</param>
/// <param name="Placements">The pages of placements; the place stands for <c>{code}</c>.</param>
public sealed record ManifestAddresses(string Install, string Application, string Events, string Placements);

/// <summary>A scope; why it is needed is told in <see cref="ManifestTexts.Scopes"/>.</summary>
/// <param name="Name">The scope.</param>
/// <param name="IsForApplicationsOnly">A webhook can have no use for it.</param>
/// <remarks>Source: api-reference/scopes/permissions.md.</remarks>
public sealed record ManifestScope(string Name, bool IsForApplicationsOnly = false);

/// <summary>An event.</summary>
/// <param name="Name">The event.</param>
/// <param name="Scope">The scope it needs; empty when any will do.</param>
/// <remarks>Source: <c>event.bind</c>, api-reference/events/event-bind.md.</remarks>
public sealed record ManifestEvent(string Name, string Scope = "");

/// <summary>A page of ours at a place of the portal; its title is in <see cref="ManifestTexts.Placements"/>.</summary>
/// <param name="Code">The place.</param>
/// <param name="Scope">The scope the place needs besides <c>placement</c>; empty for none.</param>
/// <remarks>Source: <c>placement.bind</c>, api-reference/widgets/placements.md.</remarks>
public sealed record ManifestPlacement(string Code, string Scope = "");

/// <summary>A robot.</summary>
/// <param name="Code">Its code, the last part of its door.</param>
/// <remarks>Source: <c>bizproc.robot.add</c>, api-reference/bizproc/bizproc-robot/bizproc-robot-add.md.</remarks>
public sealed record ManifestRobot(string Code);

/// <summary>Texts in one language.</summary>
/// <param name="Placements">Titles of pages by their places.</param>
/// <param name="Scopes">Why we need each scope.</param>
public sealed record ManifestTexts(IReadOnlyDictionary<string, string> Placements, IReadOnlyDictionary<string, string> Scopes);
