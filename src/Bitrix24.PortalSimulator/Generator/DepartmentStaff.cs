namespace Bitrix24.PortalSimulator.Generator;

/// <summary>A person of the generated department.</summary>
internal sealed record StaffMember(long Id, string Name, string LastName, string Position, long DepartmentId);

/// <summary>The three tiers, their head and the administrator.</summary>
internal static class DepartmentStaff
{
    public const long Company = 1, Sales = 10, CallCentre = 11, Processing = 12, ClientManagers = 13;

    public const long Head = 2;

    public static IReadOnlyList<(long Id, string Name, long? Parent, long? Head)> Departments { get; } =
    [
        (Company, "Компания", null, null),
        (Sales, "Отдел продаж", Company, Head),
        (CallCentre, "Колл-центр", Sales, null),
        (Processing, "Процессинговый центр", Sales, null),
        (ClientManagers, "Менеджеры по работе с клиентами", Sales, null),
    ];

    public static IReadOnlyList<StaffMember> Leaders { get; } =
    [
        new(1, "Ирина", "Соколова", "Администратор портала", Company),
        new(Head, "Андрей", "Воронцов", "Руководитель отдела продаж", Sales),
    ];

    private static readonly StaffMember[] Named =
    [
        new(11, "Мария", "Лебедева", "Оператор", CallCentre),
        new(12, "Дмитрий", "Козлов", "Оператор", CallCentre),
        new(13, "Анна", "Морозова", "Оператор", CallCentre),
        new(14, "Сергей", "Павлов", "Оператор", CallCentre),
        new(21, "Елена", "Фёдорова", "Специалист", Processing),
        new(22, "Алексей", "Григорьев", "Специалист", Processing),
        new(23, "Ольга", "Никитина", "Специалист", Processing),
        new(24, "Павел", "Захаров", "Специалист", Processing),
        new(31, "Наталья", "Белова", "МРК", ClientManagers),
        new(32, "Игорь", "Тарасов", "МРК", ClientManagers),
        new(33, "Светлана", "Комарова", "МРК", ClientManagers),
        new(34, "Михаил", "Орлов", "МРК", ClientManagers),
    ];

    /// <summary>So many managers, the same for the same number: those with names of their own, then others in the three tiers by turns.</summary>
    public static IReadOnlyList<StaffMember> Managers(int count) => [.. Named, .. Enumerable.Range(0, count - Named.Length).Select(Another)];

    /// <summary>The least number of managers.</summary>
    public static int FewestManagers => Named.Length;

    public static IReadOnlyList<string> FirstNames { get; } =
        ["Александр", "Виктор", "Галина", "Денис", "Евгения", "Константин", "Людмила", "Николай", "Полина", "Роман", "Татьяна", "Юлия"];

    public static IReadOnlyList<string> LastNames { get; } =
        ["Петренко", "Савченко", "Литвин", "Гайдай", "Мельник", "Черных", "Долгих", "Седых", "Кравец", "Бондарь", "Левин", "Штерн", "Ким", "Цой"];

    public static IReadOnlyList<string> Goods { get; } =
        ["поставка оборудования", "годовое обслуживание", "монтаж вентиляции", "складские стеллажи", "офисная мебель", "расходные материалы"];

    private static StaffMember Another(int index)
    {
        var (department, position) = (index % 3) switch
        {
            0 => (CallCentre, "Оператор"),
            1 => (Processing, "Специалист"),
            _ => (ClientManagers, "МРК"),
        };
        return new(101 + index, FirstNames[index % FirstNames.Count], LastNames[index / FirstNames.Count % LastNames.Count], position, department);
    }
}
