import type { Session } from '@/shell/session'
import type { Source } from './setup'

export interface Backlog {
  waiting: number
  oldestWaitingAt: string | null
  dead: number
  effectsPending: number
  effectsParked: number
}

/** Changes of a day: what posts told of, and what only the reconciliation found. */
export interface DeliveryDay {
  day: string
  received: number
  read: number
  healed: number
  lost: number
}

export interface RestHour {
  from: string
  requests: number
  failed: number
}

export interface RestMethod {
  methods: string
  requests: number
  seconds: number
  /** The most that the portal counted in ten minutes; null where it does not tell. */
  operatingSeconds: number | null
}

export interface RestFailure {
  lastAt: string
  method: string
  code: string
  count: number
  remedy: string
}

/** Something that changed and cannot be read. */
export interface DeadLetter {
  kind: string
  key: string
  since: string
  attempts: number
  reason: string
}

/** Something that the portal refuses to have done. */
export interface ParkedEffect {
  since: string
  failure: string
  reason: string
}

export interface Health {
  readAt: string
  historyStartedAt: string | null
  historyCompleteAt: string | null
  lastSyncStartedAt: string | null
  sources: Source[]
  backlog: Backlog
  /** The last day first; days without changes are left out. */
  deliveries: DeliveryDay[]
  rest: {
    /** The last 24 hours; hours without requests are left out. */
    hours: RestHour[]
    allowedAnHour: number
    operatingLimitSeconds: number
    methods: RestMethod[]
    errors: RestFailure[]
  }
  deadLetters: DeadLetter[]
  parkedEffects: ParkedEffect[]
}

/** What was taken up again. */
export interface Replayed {
  letters: number
  effects: number
  timers: number
}

export const healthApi = (session: Session) => ({
  read: (signal?: AbortSignal) => session.get<Health>('health', {}, signal),
  replay: () => session.send<Replayed>('POST', 'health/replay', {})
})
