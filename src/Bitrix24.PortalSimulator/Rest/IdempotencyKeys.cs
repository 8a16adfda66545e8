using System.Text.Json.Nodes;

namespace Bitrix24.PortalSimulator.Rest;

/// <summary>
/// Answers of REST 3.0 kept by their Idempotency-Key (api-reference/rest-v3.md): 24 hours, apart for each application or webhook, user
/// and method, successes only.
/// </summary>
internal sealed class IdempotencyKeys
{
    private const int MaximumLength = 255;
    private static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    private readonly Dictionary<(string Credential, long UserId, string Method, string Key), (string Body, JsonObject Answer, DateTimeOffset StoredAt)> _answers = [];

    /// <summary>The answer given to the same call before, or null when it is to be carried out.</summary>
    /// <exception cref="RestException">The key is no key, or belongs to a call with another body.</exception>
    public JsonObject? Find(string key, string method, string body, Caller caller, DateTimeOffset now)
    {
        if (key.Length is 0 or > MaximumLength || key.Any(letter => letter is < ' ' or > '~'))
        {
            throw RestException.V3("INVALIDIDEMPOTENCYKEYEXCEPTION", "An idempotency key has 1 to 255 printable ASCII characters");
        }
        if (!_answers.TryGetValue(Name(key, method, caller), out var known) || now - known.StoredAt >= Kept)
        {
            return null;
        }
        return known.Body == body
            ? (JsonObject)known.Answer.DeepClone()
            : throw new RestException(422, "BITRIX_REST_V3_EXCEPTION_IDEMPOTENCYKEYREUSEDEXCEPTION", "The idempotency key was used with another body");
    }

    public void Store(string key, string method, string body, Caller caller, DateTimeOffset now, JsonObject answer) =>
        _answers[Name(key, method, caller)] = (body, (JsonObject)answer.DeepClone(), now);

    private static (string Credential, long UserId, string Method, string Key) Name(string key, string method, Caller caller) =>
        (caller.CredentialKey, caller.UserId, method.ToLowerInvariant(), key);
}
