import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { useSetup } from './useSetup'

/** The people of the portal for lists. */
export function usePeople() {
  const { t } = useI18n()
  const { setup } = useSetup()

  const items = computed(() => setup.value.users.map((user) => ({ value: user.id, label: user.name })))
  const names = computed(() => new Map(setup.value.users.map((user) => [user.id, user.name])))
  const nameOf = (id: number): string => names.value.get(id) ?? t('setup.people.unknown', { id })

  /** Who was chosen before and does not work here any more stays to be seen. */
  const withUnknown = (chosen: number[]) => [
    ...items.value,
    ...chosen.filter((id) => !names.value.has(id)).map((id) => ({ value: id, label: nameOf(id) }))
  ]

  return { nameOf, withUnknown }
}
