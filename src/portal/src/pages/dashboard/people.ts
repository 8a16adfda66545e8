import { computed, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import type { Dashboard, Person } from '@/api/reports'
import { lookOf, shareOf, type Look } from '@/reports/standing'

/** The people of whom a norm says something: who met it, or who did not or is behind. */
export interface Concerned {
  norm: string
  which: 'met' | 'behind'
}

export const LOOKS: Record<Concerned['which'], Look[]> = { met: ['met'], behind: ['behind', 'missed'] }

/** By what people are ordered: `name`, `value`, `trend`, or a norm by its id as `norm:calls`. */
export interface Order {
  by: string
  descending: boolean
}

/** The people of a dashboard as the visitor looks for and orders them; who has no value comes last. */
export function usePeople(board: ComputedRef<Dashboard | null>, language: string): { people: ComputedRef<Person[]>; search: Ref<string>; concerned: ShallowRef<Concerned | null>; order: Ref<Order>; orderBy: (by: string) => void } {
  const search = ref('')
  const concerned = shallowRef<Concerned | null>(null)
  const order = ref<Order>({ by: 'name', descending: false })
  const names = new Intl.Collator(language)

  const people = computed(() => {
    const wanted = search.value.trim().toLocaleLowerCase(language)
    const found = (board.value?.people ?? []).filter((person) => person.name.toLocaleLowerCase(language).includes(wanted) && isConcerned(person))
    const { by, descending } = order.value
    const sign = descending ? -1 : 1
    return found.sort((one, other) => {
      if (by === 'name') {
        return sign * names.compare(one.name, other.name)
      }
      const [first, second] = [valueOf(one, by), valueOf(other, by)]
      return first === second ? names.compare(one.name, other.name)
        : first === null ? 1
          : second === null ? -1
            : sign * (first - second)
    })
  })

  function isConcerned(person: Person): boolean {
    const { norm, which } = concerned.value ?? {}
    return !which || person.norms.some((standing) => standing.ruleId === norm && LOOKS[which].includes(lookOf(standing)))
  }

  /** A column asked for again turns around; figures begin with the greatest. */
  function orderBy(by: string): void {
    order.value = { by, descending: order.value.by === by ? !order.value.descending : by !== 'name' }
  }

  return { people, search, concerned, order, orderBy }
}

function valueOf(person: Person, by: string): number | null {
  if (by === 'value') {
    return person.value
  }
  if (by === 'trend') {
    return person.trend.changePercent
  }
  const standing = person.norms.find((norm) => `norm:${norm.ruleId}` === by)
  return standing ? shareOf(standing.done, standing.required) : null
}
