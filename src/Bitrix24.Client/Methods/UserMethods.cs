using System.Text.Json.Nodes;
using Bitrix24.Client.Lists;

namespace Bitrix24.Client.Methods;

/// <summary>Users and departments.</summary>
public static class UserMethods
{
    /// <summary><c>profile</c>: the user behind the webhook or token; empty when he is dismissed. Result: <see cref="Rows.Profile"/>.</summary>
    public static readonly RestMethod ProfileMethod = new("profile", "api-reference/common/users/profile.md", "", IsRead: true);

    /// <summary><c>user.get</c>: users without bots and system users. Rows: <see cref="Rows.User"/>.</summary>
    public static readonly RestMethod UserGet = new("user.get", "api-reference/user/user-get.md", "user", IsRead: true);

    /// <summary><c>user.search</c>: users by words in their names, positions or departments. Rows: <see cref="Rows.User"/>.</summary>
    public static readonly RestMethod UserSearch = new("user.search", "api-reference/user/user-search.md", "user", IsRead: true);

    /// <summary><c>department.get</c>: departments, 50 a page. Rows: <see cref="Rows.Department"/>.</summary>
    public static readonly RestMethod DepartmentGet = new(
        "department.get", "api-reference/departments/department-get.md", "department", IsRead: true);

    /// <summary>Reads users by id; the field to sort by and its direction are texts, the filter's name is upper-case.</summary>
    public static readonly ListMethod Users = new(UserGet) { FilterName = "FILTER", SortName = "sort", OrderName = "order" };

    /// <summary>Reads departments by pages: there is no filter by a range of ids.</summary>
    public static readonly ListMethod Departments = new(DepartmentGet) { IsKeyed = false, StartName = "START", SelectName = null };

    /// <summary>Asks who the webhook or token acts for.</summary>
    /// <returns>The call.</returns>
    public static RestCall Profile() => new(ProfileMethod);

    /// <summary>Searches users. Read on with <see cref="PageReader"/>.</summary>
    /// <param name="words">What to search for in names, positions and departments.</param>
    /// <param name="start">Rows to skip, a multiple of 50.</param>
    /// <returns>The call; its result is a list.</returns>
    public static RestCall SearchUsers(string words, int start = 0) => new(UserSearch, Write.Parameters(
        ("FILTER", Write.Parameters(("FIND", words))), ("sort", "ID"), ("order", "ASC"), ("start", start)));

    /// <summary>Reads all departments by a <see cref="ListReader"/> or <c>ReadRowsAsync</c>.</summary>
    /// <param name="key">The caller's name for the list.</param>
    /// <returns>The list.</returns>
    public static ListQuery ReadDepartments(string key) =>
        new(key, Departments) { Parameters = new JsonObject { ["sort"] = "ID", ["order"] = "ASC" } };

    /// <summary>Asks for a page of departments. There is no filter by a range of ids: read on with <see cref="PageReader"/>.</summary>
    /// <param name="start">Rows to skip, a multiple of 50.</param>
    /// <returns>The call; its result is a list.</returns>
    public static RestCall ListDepartments(int start = 0) =>
        new(DepartmentGet, new JsonObject { ["sort"] = "ID", ["order"] = "ASC", ["START"] = start });
}
