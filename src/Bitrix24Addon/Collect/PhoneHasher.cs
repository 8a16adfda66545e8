using System.Security.Cryptography;
using System.Text;
using PhoneNumbers;

namespace Bitrix24Addon.Collect;

/// <summary>Keyed hashes of phone numbers, so that facts can match numbers without holding them.</summary>
/// <param name="key">The portal's secret key.</param>
/// <param name="region">Country of numbers written without their code, ISO 3166.</param>
public sealed class PhoneHasher(byte[] key, string region = "RU")
{
    private static readonly PhoneNumberUtil Numbers = PhoneNumberUtil.GetInstance();

    /// <summary>The hash of a number in E.164; null without digits. A number that cannot be parsed is hashed by its digits.</summary>
    /// <param name="number">The number as the portal gives it.</param>
    public string? Hash(string? number)
    {
        var digits = new string((number ?? "").Where(char.IsAsciiDigit).ToArray());
        if (digits.Length == 0)
        {
            return null;
        }

        return Convert.ToHexString(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(ToE164(number!, digits))), 0, 16);
    }

    private string ToE164(string number, string digits)
    {
        // Telephony rows often give the international number without its plus.
        foreach (var candidate in new[] { number, "+" + digits })
        {
            try
            {
                var parsed = Numbers.Parse(candidate, region);
                if (Numbers.IsValidNumber(parsed))
                {
                    return Numbers.Format(parsed, PhoneNumberFormat.E164);
                }
            }
            catch (NumberParseException)
            {
                // Short and internal numbers are no E.164 numbers: their digits identify them.
            }
        }

        return digits;
    }
}
