import type { Metric as ShownMetric } from './reports'
import type { Session } from '@/shell/session'

export type Scope = 'everyone' | { tier: string } | { department: number } | { user: number }

export interface Target {
  scope: Scope
  /** Per full-time working day, in the metric's unit. */
  perDay: number
}

/** A norm as the server keeps it. */
export interface NormDocument {
  kind: 'norm'
  id: string
  name: { ru: string; en: string }
  metric: string
  targets: Target[]
  excluded: number[]
  enabled: boolean
  dryRun: boolean
  belowNorm: { task: boolean; deadlineWorkingMinutes: number | null; tellHead: boolean }
}

export interface Norm {
  id: string
  version: number
  name: string
  document: NormDocument
  mayEdit: boolean
}

export interface Metric extends ShownMetric {
  /** Its target shrinks with the time a person has. */
  isProrated: boolean
}

export interface Department {
  id: number
  name: string
  parentId: number | null
  headId: number | null
}

export interface Person {
  id: number
  name: string
  departments: number[]
}

export interface Norms {
  rules: Norm[]
  /** What norms are known by, also those that the visitor is not shown. */
  ids: string[]
  /** The visitor writes norms for his departments only. */
  isBound: boolean
  metrics: Metric[]
  departments: Department[]
  users: Person[]
  tiers: { code: string; name: string }[]
}

export interface NormVersion {
  version: number
  savedAt: string
  /** Null for the command line. */
  savedBy: string | null
  document: NormDocument
}

export interface Verdict {
  userId: number
  name: string
  day: string
  outcome: 'met' | 'below' | 'noVerdict'
  outcomeText: string
  actual: number | null
  required: number | null
  explanations: string[]
}

export interface DryRun {
  met: number
  below: number
  noVerdict: number
  tasks: number
  /** Verdicts about people whom the visitor may not see. */
  unseen: number
  verdicts: Verdict[]
}

export interface Saved {
  id: string
  version: number
  isNew: boolean
  /** Other norms in force on the same metric. */
  sameMetric: string[]
}

export const readNorms = (session: Session, signal: AbortSignal): Promise<Norms> => session.get('norms', {}, signal)

export const readVersions = (session: Session, id: string, signal: AbortSignal): Promise<NormVersion[]> =>
  session.get(`norms/${encodeURIComponent(id)}/versions`, {}, signal)

export const checkNorm = (session: Session, document: NormDocument): Promise<{ problem: string | null }> => session.send('POST', 'norms/check', document)

export const tryNorm = (session: Session, document: NormDocument, from: string, to: string): Promise<DryRun> =>
  session.send('POST', 'norms/dry-run', { document, from, to })

export const saveNorm = (session: Session, document: NormDocument, expectedVersion: number): Promise<Saved> =>
  session.send('PUT', 'norms', { document, expectedVersion })
