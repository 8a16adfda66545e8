import { onScopeDispose, ref, type Ref } from 'vue'

/** Whether the page is too narrow for a wide table. */
export function useNarrow(): Ref<boolean> {
  const query = window.matchMedia('(max-width: 767px)')
  const isNarrow = ref(query.matches)
  const follow = (): void => void (isNarrow.value = query.matches)
  query.addEventListener('change', follow)
  onScopeDispose(() => query.removeEventListener('change', follow))
  return isNarrow
}
