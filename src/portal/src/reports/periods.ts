import type { Scope } from '@/api/reports'

/** Periods by name; `any` is what the visitor chooses. All of them end today at the latest. */
export const periods = ['today', 'yesterday', 'week', 'month', 'any'] as const

export type Period = (typeof periods)[number]

/** The days of a named period: of the week since Monday, of the month since the 1st. */
export function daysOf(period: Exclude<Period, 'any'>, today: string): Pick<Scope, 'from' | 'to'> {
  switch (period) {
    case 'today':
      return { from: today, to: today }
    case 'yesterday':
      return { from: back(today, 1), to: back(today, 1) }
    case 'week':
      return { from: back(today, (new Date(`${today}T00:00:00Z`).getUTCDay() + 6) % 7), to: today }
    case 'month':
      return { from: `${today.slice(0, 8)}01`, to: today }
  }
}

function back(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10)
}

// No portal is older.
const OLDEST = '2000-01-01'

/** Why days cannot be a period, as the end of a text's key; null when they can. A day that is not typed to its end is empty. */
export function faultOf({ from, to }: Pick<Scope, 'from' | 'to'>, today: string): 'incomplete' | 'beyond' | 'backwards' | null {
  return !from || !to ? 'incomplete'
    : from < OLDEST || to < OLDEST || from > today || to > today ? 'beyond'
      : from > to ? 'backwards' : null
}
