import { onActivated, onBeforeUnmount, onDeactivated, onMounted, watch } from 'vue'
import { useShell } from './shell'

/** How often progress is looked at, and how often figures that grow by and by. */
export const [SOON_MS, NOW_AND_THEN_MS] = [3000, 60_000] as const

/** Reads again every few seconds while it is needed, somebody looks, and the session can be renewed. */
export function usePolling(read: () => Promise<unknown>, isNeeded: () => boolean, everyMs: number = SOON_MS): void {
  const { session } = useShell()
  const isOpen = (): boolean => isNeeded() && !session.isOver.value
  let timer = 0
  let isShown = false

  function stop(): void {
    window.clearTimeout(timer)
    timer = 0
  }

  function next(): void {
    stop()
    if (isShown && !document.hidden && isOpen()) {
      timer = window.setTimeout(() => void read().finally(next), everyMs)
    }
  }

  function show(): void {
    isShown = true
    next()
  }

  function hide(): void {
    isShown = false
    stop()
  }

  onMounted(() => {
    document.addEventListener('visibilitychange', next)
    show()
  })
  onActivated(show)
  onDeactivated(hide)
  onBeforeUnmount(() => {
    document.removeEventListener('visibilitychange', next)
    hide()
  })
  watch(isOpen, next)
}
