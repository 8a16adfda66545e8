import type { Health } from '@/api/health'

/** Parts of the page that something to do leads to. */
export type Part = 'refused' | 'sources' | 'deliveries' | 'rest'

/** Something that wants doing: its words are `health.todo.KEY`. */
export interface ToDo {
  key: string
  part: Part
  isUrgent: boolean
  count: number
  /** What fills the words besides the count. */
  named: Record<string, string | number>
}

const HOUR_MS = 3_600_000
/** A share of a limit from which on the next peak may pass it. */
const NEAR_LIMIT = 0.8
/** A share of posts that never came from which on figures are often late. */
const MANY_LOST = 0.05

/** What to do first, the most urgent at the beginning; empty when all is well. */
export function toDoOf(health: Health): ToDo[] {
  const { backlog, deliveries, rest } = health
  const toDo: ToDo[] = []
  const add = (key: string, part: Part, count: number, isUrgent: boolean, named: ToDo['named'] = {}): void => {
    if (count > 0) {
      toDo.push({ key, part, isUrgent, count, named })
    }
  }

  const failing = health.sources.filter((source) => source.failure)
  add('failing', 'sources', failing.length, true, { names: failing.map((source) => source.name).join(', ') })
  add('dead', 'refused', backlog.dead, true)
  add('parked', 'refused', backlog.effectsParked, true)
  add('waiting', 'sources', backlog.oldestWaitingAt && Date.parse(health.readAt) - Date.parse(backlog.oldestWaitingAt) > HOUR_MS ? backlog.waiting : 0, true)
  const [received, lost] = [sum(deliveries.map((day) => day.received)), sum(deliveries.map((day) => day.lost))]
  add('lost', 'deliveries', lost > MANY_LOST * (received + lost) ? lost : 0, false)
  add('nearLimit', 'rest', rest.methods.filter((method) => (method.operatingSeconds ?? 0) > NEAR_LIMIT * rest.operatingLimitSeconds).length, false)
  add('busy', 'rest', rest.hours.filter((hour) => hour.requests > NEAR_LIMIT * rest.allowedAnHour).length, false)
  return toDo
}

export function sum(values: number[]): number {
  return values.reduce((all, value) => all + value, 0)
}
