import { weekdays, type Weekday, type WorkSchedule } from '@/api/setup'

/** A stretch of work, `09:00` to `13:00`. */
export interface Stretch {
  from: string
  to: string
}

/** Days that have the same hours. */
export interface DayGroup {
  days: Weekday[]
  stretches: Stretch[]
}

/** A schedule as it is edited. */
export interface ScheduleForm {
  groups: DayGroup[]
  followsProductionCalendar: boolean
  timeZone: string | null
}

/** Why hours cannot be kept, a key of the page's texts. */
export type HoursProblem = 'noDays' | 'noHours' | 'badTime'

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/

/** Whether it is a time of 24 hours, however it is written: what is still being typed must not be complained of. */
export const isTime = (text: string): boolean => TIME.test(timeOf(text))

/** What people write for it: `9`, `9:30`, `9.30`, `0930`; anything else stays as it is. */
export function timeOf(text: string): string {
  const [, hour, minute = '00'] = /^\s*(\d{1,2})(?:[:.\s]?(\d{2}))?\s*$/.exec(text) ?? []
  return hour ? `${hour.padStart(2, '0')}:${minute}` : text
}

export function scheduleForm(schedule: WorkSchedule): ScheduleForm {
  const groups = new Map<string, DayGroup>()
  for (const day of weekdays) {
    const hours = schedule.week[day] ?? []
    if (hours.length > 0) {
      const key = hours.join()
      groups.set(key, groups.get(key) ?? { days: [], stretches: hours.map(stretchOf) })
      groups.get(key)!.days.push(day)
    }
  }
  return { groups: [...groups.values()], followsProductionCalendar: schedule.followsProductionCalendar, timeZone: schedule.timeZone }
}

export function scheduleOf(form: ScheduleForm): WorkSchedule {
  const week: WorkSchedule['week'] = {}
  for (const day of weekdays) {
    const group = form.groups.find((one) => one.days.includes(day))
    if (group) {
      week[day] = group.stretches.map(({ from, to }) => `${timeOf(from)}-${timeOf(to)}`)
    }
  }
  return { week, timeZone: form.timeZone, followsProductionCalendar: form.followsProductionCalendar }
}

export function hoursProblem(form: ScheduleForm): HoursProblem | null {
  const used = form.groups.filter((group) => group.days.length > 0)
  return used.length === 0 ? 'noDays'
    : used.some((group) => group.stretches.length === 0) ? 'noHours'
      : used.some((group) => group.stretches.some(({ from, to }) => !isTime(from) || !isTime(to))) ? 'badTime'
        : null
}

/** A day has one set of hours: it leaves the group that had it. */
export function toggleDay(form: ScheduleForm, group: DayGroup, day: Weekday): void {
  const had = group.days.includes(day)
  for (const one of form.groups) {
    one.days = one.days.filter((other) => other !== day)
  }
  if (!had) {
    group.days = weekdays.filter((one) => one === day || group.days.includes(one))
  }
}

/** After the last stretch, so that what lies between them is a break. */
export function addStretch(group: DayGroup): void {
  const last = group.stretches.at(-1)
  const from = last && isTime(last.to) ? later(timeOf(last.to)) : '09:00'
  group.stretches.push({ from, to: later(from) })
}

function later(time: string): string {
  return `${String(Math.min(23, Number(time.slice(0, 2)) + 1)).padStart(2, '0')}${time.slice(2)}`
}

function stretchOf(hours: string): Stretch {
  const [from = '', to = ''] = hours.split('-')
  return { from, to }
}
