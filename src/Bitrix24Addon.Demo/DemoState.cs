using System.Text.Json;

namespace Bitrix24Addon.Demo;

/// <summary>What makes a second start continue with the same department: its seed, the moment it was made for, the portal's port.</summary>
/// <param name="Seed">Seed of the generator.</param>
/// <param name="Now">The moment up to which its history was made.</param>
/// <param name="Port">TCP port of the simulated portal; a portal by webhook is known by its address.</param>
internal sealed record DemoState(int Seed, DateTimeOffset Now, int Port)
{
    private const string FileName = "demo.json";

    /// <summary>The state of a data folder, or null when it has none.</summary>
    /// <exception cref="JsonException">The file is damaged.</exception>
    public static DemoState? Read(string folder)
    {
        var file = Path.Combine(folder, FileName);
        return File.Exists(file) ? JsonSerializer.Deserialize<DemoState>(File.ReadAllText(file)) : null;
    }

    /// <summary>Keeps the state in a data folder, wholly or not at all.</summary>
    public void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, FileName);
        File.WriteAllText(file + ".new", JsonSerializer.Serialize(this));
        File.Move(file + ".new", file, overwrite: true);
    }
}
