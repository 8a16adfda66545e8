import type { Session } from '@/shell/session'

export type Unit = 'count' | 'seconds' | 'minutes' | 'money' | 'points'

export interface Metric {
  code: string
  name: string
  unit: Unit
  lowerIsBetter: boolean
}

export type Outcome = 'met' | 'below' | 'noVerdict'

/** A person's day by a norm; amounts in the metric's unit, money in major units. */
export interface NormDay {
  day: string
  /** Of a day that lasts: what it would be if it ended now. */
  outcome: Outcome
  done: number | null
  required: number | null
  isSoFar: boolean
  isBehind: boolean
  leftSeconds: number
  availableSeconds: number
  words: string
  /** What is left to do and the time for it, in words. */
  pace: string | null
}

/** Where a person stands with a norm in the period. */
export interface Standing {
  ruleId: string
  done: number | null
  required: number | null
  /** `required` counts a day that lasts. */
  hasUntilEndOfDay: boolean
  /** How many days of the period count; of one that lasts it may be too early for any of the three below. */
  days: number
  /** The days that `done` counts; null when none was judged. */
  from: string | null
  to: string | null
  /** Days on which the norm was met, was not, or nothing can be said. */
  met: number
  below: number
  without: number
  words: string
  lastDay: NormDay
}

export interface Trend {
  gap: 'none' | 'notOver' | 'noWorkingDays' | 'tooLittleHistory' | 'noValue'
  changePercent: number | null
  /** Of the working days that are over, which is what `usual` is compared with. */
  value: number | null
  usual: number | null
  workingDays: number
  words: string
}

export interface Person {
  userId: number
  name: string
  departmentIds: number[]
  value: number | null
  /** The metric by day, as `courseDays`. */
  course: (number | null)[]
  trend: Trend
  /** What is incomplete, and why. */
  notes: string[]
  norms: Standing[]
}

export interface Department {
  id: number
  name: string
  /** How many of the departments above it are in the list too. */
  level: number
}

export interface Norm {
  id: string
  name: string
  metric: Metric
  /** Nothing follows from it. */
  dryRun: boolean
}

export interface Dashboard {
  today: string
  /** What is not final in the period. */
  notes: string[]
  metric: Metric
  metrics: Metric[]
  /** ISO 4217, empty when the portal does not tell it. */
  currency: string
  courseDays: string[]
  departments: Department[]
  norms: Norm[]
  people: Person[]
  total: number | null
}

/** Whose figures of which days; days are `yyyy-MM-dd`. */
export interface Scope {
  from: string
  to: string
  department?: number
  user?: number
}

export interface Completeness {
  /** The instant of the last reading, when the period goes on after it. */
  readThrough: string | null
  sources: { name: string; notes: string[] }[]
}

export interface Heatmap {
  /** Seven weekdays from Monday, each of 24 hours of the portal's zone; null when the portal did not let the calls be read. */
  counts: number[][] | null
}

export interface Funnel {
  areTiersSet: boolean
  /** `count` is null when the portal did not let the list be read. */
  steps: { code: string; name: string; count: number | null; ofBeforePercent: number | null; parts: FunnelPart[] }[]
}

export interface FunnelPart {
  /** A tier's code, `none` for people of no tier, `nobody` for what is nobody's. */
  tier: string
  name: string
  count: number
}

/** What the records are of: a metric, or a tier's share of it; or the calls of an hour on a day of the week (Monday is 1). */
export type RecordsOf = { metric: string; tier?: string } | { calls: string; weekday: number; hour: number }

export interface RecordsPage {
  /** Null for the calls of an hour, which may be of two. */
  metric: Metric | null
  value: number | null
  count: number
  pages: number
  note: string | null
  records: {
    kind: string
    id: number
    /** An instant, ISO 8601. */
    at: string
    people: string[]
    value: number
    note: string | null
    path: string | null
    /** The portal opens it over our page. */
    opensInside: boolean
  }[]
}

export interface MyDay {
  today: string
  name: string
  /** What is not fully known of the visitor, and why. */
  notes: string[]
  /** ISO 4217, empty when the portal does not tell it. */
  currency: string
  norms: { id: string; name: string; metric: Metric; dryRun: boolean; days: NormDay[] }[]
  metrics: Metric[]
  week: { day: string; values: Record<string, number | null> }[]
  tasks: { id: number; title: string; deadline: string | null; isDone: boolean | null; isLate: boolean; path: string; opensInside: boolean }[]
}

/** What the server tells of figures; it decides whose the visitor may see. */
export function reports(session: Session) {
  return {
    dashboard: (scope: Scope, metric: string | undefined, signal: AbortSignal) =>
      session.get<Dashboard>('reports/dashboard', { from: scope.from, to: scope.to, department: scope.department, metric }, signal),
    completeness: (scope: Scope, signal: AbortSignal) => session.get<Completeness>('reports/completeness', { from: scope.from, to: scope.to }, signal),
    heatmap: (scope: Scope, calls: string, signal: AbortSignal) => session.get<Heatmap>('reports/heatmap', { ...scope, calls }, signal),
    funnel: (scope: Scope, signal: AbortSignal) => session.get<Funnel>('reports/funnel', { ...scope }, signal),
    records: (scope: Scope, of: RecordsOf, page: number, signal?: AbortSignal) =>
      session.get<RecordsPage>('reports/records', { ...scope, ...of, page }, signal),
    workbook: (scope: Scope) => session.file('reports/workbook', { ...scope }),
    myDay: (signal: AbortSignal) => session.get<MyDay>('reports/my-day', {}, signal)
  }
}
