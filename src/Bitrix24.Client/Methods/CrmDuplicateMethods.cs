namespace Bitrix24.Client.Methods;

/// <summary>Search of leads, contacts and companies by telephone or e-mail.</summary>
public static class CrmDuplicateMethods
{
    /// <summary>
    /// <c>crm.duplicate.findbycomm</c>: who has a telephone or an e-mail. Once 20 are found of one type, the types after it are left out:
    /// ask type by type. Result: <see cref="Rows.DuplicateMatches"/>, or an empty list. Errors: texts; 400 for missing parameters, 403
    /// without the right to read.
    /// </summary>
    public static readonly RestMethod FindByComm = new(
        "crm.duplicate.findbycomm", "api-reference/crm/duplicates/crm-duplicate-find-by-comm.md", "crm", IsRead: true);

    /// <summary>Searches by telephone; extensions are not looked at.</summary>
    /// <param name="phones">The numbers, 20 at most.</param>
    /// <param name="entityType"><c>LEAD</c>, <c>CONTACT</c> or <c>COMPANY</c>; null for all.</param>
    /// <returns>The call.</returns>
    public static RestCall FindByPhone(IEnumerable<string> phones, string? entityType = null) =>
        new(FindByComm, Write.Parameters(("entity_type", entityType), ("type", "PHONE"), ("values", Write.Texts(phones))));

    /// <summary>Searches by e-mail.</summary>
    /// <param name="emails">The addresses, 20 at most.</param>
    /// <param name="entityType"><c>LEAD</c>, <c>CONTACT</c> or <c>COMPANY</c>; null for all.</param>
    /// <returns>The call.</returns>
    public static RestCall FindByEmail(IEnumerable<string> emails, string? entityType = null) =>
        new(FindByComm, Write.Parameters(("entity_type", entityType), ("type", "EMAIL"), ("values", Write.Texts(emails))));
}
