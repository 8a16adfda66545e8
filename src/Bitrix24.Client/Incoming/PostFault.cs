namespace Bitrix24.Client.Incoming;

/// <summary>Why a post is none of Bitrix24, or none that can be read. What it says is never repeated: it may hold tokens.</summary>
public enum PostFault
{
    /// <summary>Nothing is wrong.</summary>
    None,

    /// <summary>The content type is another than <c>application/x-www-form-urlencoded</c>, the only one that Bitrix24 posts.</summary>
    NotAForm,

    /// <summary>A percent sign without two hexadecimal digits behind it.</summary>
    BrokenEscape,

    /// <summary>The bytes are not UTF-8.</summary>
    NotUtf8,

    /// <summary>A NUL, which no database takes in a text.</summary>
    NulCharacter,

    /// <summary>A field without a name, or with brackets that do not pair.</summary>
    BrokenName,

    /// <summary>More than <see cref="PhpForm.MaxFields"/> fields.</summary>
    TooManyFields,

    /// <summary>Brackets nested deeper than <see cref="PhpForm.MaxDepth"/>.</summary>
    TooDeep,

    /// <summary>A page opening whose query string cannot be read.</summary>
    BrokenQuery,

    /// <summary>A form that is neither an event nor a page opening nor the call of a robot.</summary>
    NotOfBitrix24,
}
