import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'

export interface Load<T> {
  /** What was read last; stays while it is read again. */
  data: ShallowRef<T | null>
  error: ShallowRef<unknown>
  isLoading: Ref<boolean>
  /** The instant of the last answer, ISO 8601. */
  readAt: Ref<string | null>
  /** Reads it again. */
  reload(): Promise<void>
  /** Reads it again without a sign of it: nobody asked for it. */
  refresh(): Promise<void>
}

/**
 * Reads what a page shows, at once and whenever what it depends on changes. An answer that was overtaken is dropped.
 * @param read Reads it; to be given up when the signal says so.
 * @param on What it depends on.
 */
export function useLoad<T>(read: (signal: AbortSignal) => Promise<T>, on: () => unknown = () => null): Load<T> {
  const data: ShallowRef<T | null> = shallowRef(null)
  const error = shallowRef<unknown>(null)
  const isLoading = ref(false)
  const readAt = ref<string | null>(null)
  let current = new AbortController()

  function reload(): Promise<void> {
    isLoading.value = true
    return refresh()
  }

  async function refresh(): Promise<void> {
    current.abort()
    const mine = (current = new AbortController())
    try {
      const answer = await read(mine.signal)
      if (!mine.signal.aborted) {
        data.value = answer
        readAt.value = new Date().toISOString()
        error.value = null
      }
    } catch (failure) {
      if (!mine.signal.aborted) {
        error.value = failure
      }
    } finally {
      if (!mine.signal.aborted) {
        isLoading.value = false
      }
    }
  }

  watch(on, reload, { immediate: true, deep: true })
  onScopeDispose(() => current.abort())
  return { data, error, isLoading, readAt, reload, refresh }
}
