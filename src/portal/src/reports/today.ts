import { watch } from 'vue'
import { useShell } from '@/shell/shell'

/** Takes the portal's day from an answer: midnight may have passed while the page was open. */
export function useToday(told: () => string | undefined): void {
  const { visitor } = useShell()
  watch(told, (today) => {
    if (today && today !== visitor.value.today) {
      visitor.value = { ...visitor.value, today }
    }
  })
}
