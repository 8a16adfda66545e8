import type { Metric, Scope } from '@/api/reports'

/** A figure whose records are asked for. */
export interface Drill {
  metric: string
  scope: Scope
  title: string
  subtitle: string
  /** Where in the frame it was asked, in pixels from its top. */
  y: number
}

/** The records of a metric, asked for by a click or a key. */
export function drillOf(event: Event, metric: Metric, scope: Scope, whose: string, days: string): Drill {
  return {
    metric: metric.code,
    scope,
    title: metric.name,
    subtitle: `${whose}, ${days}`,
    y: (event.currentTarget as HTMLElement).getBoundingClientRect().top
  }
}
