import type { Dashboard, Person } from '@/api/reports'
import { amountOf } from '@/reports/amounts'
import type { Formats } from '@/shell/formats'

/** The course of a person in words, for who does not see the line. */
export function courseLabel(t: (key: string, named: Record<string, unknown>) => string, formats: Formats, board: Dashboard, person: Person): string {
  const known = person.course.filter((value): value is number => value !== null)
  const amount = (value: number | undefined): string => amountOf(formats, board.metric, value, board.currency)
  return known.length === 0 ? t('dashboard.courseUnknown', {})
    : t('dashboard.courseWords', { least: amount(Math.min(...known)), most: amount(Math.max(...known)), last: amount(known.at(-1)) })
}
