import type { Language } from '../texts'

/** Stands for a value that there is none of. */
export const NONE = '—'

/** Numbers, days and times as people of the language write them, in the portal's time zone. */
export type Formats = ReturnType<typeof formatsFor>

/** A day is `yyyy-MM-dd` and belongs to no time zone, an instant is ISO 8601 in UTC. */
export function formatsFor(language: Language, timeZone: string) {
  const locale = language === 'ru' ? 'ru-RU' : 'en-GB'
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 })
  const fraction = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })
  const share = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 })
  const unit = (name: string) => new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: 0 })
  const [hours, minutes, seconds] = [unit('hour'), unit('minute'), unit('second')]
  const inDays = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' })
  const long = inDays({ day: 'numeric', month: 'long', year: 'numeric' })
  const short = inDays({ day: 'numeric', month: 'short' })
  const week = inDays({ weekday: 'short', day: 'numeric', month: 'short' })
  const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', timeZone })
  const moment = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZone })
  const of = <T>(format: (value: T) => string) => (value: T | null | undefined): string => (value === null || value === undefined ? NONE : format(value))

  return {
    /** A number, with one decimal place at most. */
    number: of<number>((value) => (Number.isInteger(value) ? whole : fraction).format(value)),
    /** A share: 0.5 is 50 %. */
    percent: of<number>((value) => share.format(value)),
    /** An amount in whole units of the currency (ISO 4217). */
    money: (amount: number | null | undefined, currency: string): string =>
      of<number>((value) => new Intl.NumberFormat(locale, { style: 'currency', currency, maximumFractionDigits: 0 }).format(value))(amount),
    /** Seconds as hours and minutes, or as minutes and seconds below an hour. */
    duration: of<number>((value) => {
      const total = Math.round(value)
      const [hour, minute, second] = [Math.floor(total / 3600), Math.floor((total % 3600) / 60), total % 60]
      const parts = hour > 0 ? [hours.format(hour), minute > 0 && minutes.format(minute)]
        : minute > 0 ? [minutes.format(minute), second > 0 && seconds.format(second)]
          : [seconds.format(second)]
      return parts.filter(Boolean).join(' ')
    }),
    /** A day in full. */
    day: of<string>((value) => long.format(dateOf(value))),
    /** A day without its year. */
    shortDay: of<string>((value) => short.format(dateOf(value))),
    /** A day with its day of the week. */
    weekday: of<string>((value) => week.format(dateOf(value))),
    /** Days from one to another, both included. */
    days: (from: string, to: string): string => (from === to ? long.format(dateOf(from)) : long.formatRange(dateOf(from), dateOf(to))),
    /** The time of the day of an instant. */
    time: of<string>((value) => clock.format(new Date(value))),
    /** Day and time of an instant. */
    instant: of<string>((value) => moment.format(new Date(value)))
  }
}

function dateOf(day: string): Date {
  return new Date(`${day}T00:00:00Z`)
}
