import type { NormDay, Standing } from '@/api/reports'

/** How a norm looks: met, missed, behind the pace of a day that lasts, on its way, or not told. */
export type Look = 'met' | 'missed' | 'behind' | 'underWay' | 'untold'

export function lookOfDay(day: NormDay): Look {
  return day.outcome === 'noVerdict' ? 'untold'
    : day.outcome === 'met' ? 'met'
      : !day.isSoFar ? 'missed'
        : day.isBehind ? 'behind' : 'underWay'
}

/** Over a period: met on all days that can be told, missed on all of them, or between. */
export function lookOf(standing: Standing): Look {
  const judged = standing.met + standing.below
  return standing.days === 1 || judged === 0 ? lookOfDay(standing.lastDay)
    : standing.below === 0 ? 'met'
      : standing.met === 0 ? 'missed' : 'behind'
}

/** The share of the norm that is done, from 0 to 1; null when nothing is required or told. */
export function shareOf(done: number | null, required: number | null): number | null {
  return done === null || !required ? null : Math.min(done / required, 1)
}
