namespace Bitrix24Addon.WorkingTime;

/// <summary>A moment was asked for that lies in no working time: the schedule is empty, or nobody works for years.</summary>
/// <param name="message">What is missing and what to do about it.</param>
public sealed class NoWorkingTimeException(string message) : InvalidOperationException(message);
