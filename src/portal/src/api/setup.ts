import type { Session } from '@/shell/session'
import type { Department, NormDocument, Person } from './norms'

export type TierCode = 'callCentre' | 'processingCentre' | 'clientManagers' | 'keyAccounts' | 'service'

/** ISO days of the week, as settings name them. */
export const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const
export type Weekday = (typeof weekdays)[number]

/** When somebody works: `09:00-13:00` are hours of a day, a day left out is free. */
export interface WorkSchedule {
  week: Partial<Record<Weekday, string[]>>
  timeZone: string | null
  followsProductionCalendar: boolean
}

export interface TierMembers {
  departments: number[]
  users: number[]
}

/** The parts of the settings that the pages change; the others go back to the server as they came. */
export interface Settings extends Record<string, unknown> {
  language: 'ru' | 'en'
  /** IANA name; null for the zone of the owner of the access. */
  timeZone: string | null
  productionCalendar: 'RU' | null
  schedules: { default: WorkSchedule; byUser: Record<string, WorkSchedule>; byDepartment: Record<string, WorkSchedule> }
  /** Null for the owner of the access. */
  serviceAccounts: number[] | null
  /** The first settings are being made; left out when they are made. */
  setUpUnfinished?: boolean
  tiers: Partial<Record<TierCode, TierMembers>>
  roles: { heads: Record<string, number>; marketers: number[]; baseManagers: number[] }
}

export interface Setup {
  version: number
  settings: Settings
  /** IANA name of the zone in force. */
  zone: string
  zoneSource: 'settings' | 'ownerProfile' | 'serverOffset'
  ownerUserId: number
  /** The history is read, and with it who works here and what his name is. */
  isRead: boolean
  departments: Department[]
  users: Person[]
  tiers: { code: TierCode; name: string }[]
}

export interface Finding {
  level: 'ok' | 'warning' | 'problem'
  text: string
}

/** How far something is read. */
export interface Source {
  code: string
  name: string
  isComplete: boolean
  /** 0 to 1. */
  fraction: number
  readThrough: string | null
  unreadable: number
  failure: string | null
}

export interface Progress {
  startedAt: string | null
  completeAt: string | null
  /** When the last reading that came to its end began. */
  lastSyncStartedAt: string | null
  since: string | null
  sources: Source[]
}

/** What was bound; what is left out needs the scope, or the portal does not know it. */
export interface Bound {
  events: number
  placements: number
  leftOut: { name: string; scope: string }[]
}

export interface Preset {
  id: string
  name: string
  description: string
  rules: NormDocument[]
}

export const setupApi = (session: Session) => ({
  read: (signal?: AbortSignal) => session.get<Setup>('setup', {}, signal),
  checks: (signal?: AbortSignal) => session.get<Finding[]>('setup/checks', {}, signal),
  presets: (signal?: AbortSignal) => session.get<Preset[]>('setup/presets', {}, signal),
  progress: (signal?: AbortSignal) => session.get<Progress>('setup/progress', {}, signal),
  bind: () => session.send<Bound>('POST', 'setup/bind', {}),
  sync: () => session.send<Progress>('POST', 'setup/sync', {}),
  /** @param expectedVersion The version that was changed; 0 for the defaults. */
  save: (settings: Settings, expectedVersion: number) => session.send<{ version: number }>('PUT', 'setup/settings', { settings, expectedVersion })
})
