import { computed, inject, provide, ref, shallowRef, type InjectionKey } from 'vue'
import { setupApi, type Setup } from '@/api/setup'
import { ServerError } from '@/shell/session'
import type { Session } from '@/shell/session'
import { formOf, problemsOf, settingsOf, stepOf, type SetupForm, type Step } from './form'

/** The settings of the page: what is in force, and what the administrator makes of it. */
export type SetupState = ReturnType<typeof createSetup>

const key: InjectionKey<SetupState> = Symbol('setup')

const copyOf = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

export function createSetup(session: Session, loaded: Setup) {
  const api = setupApi(session)
  const setup = shallowRef(loaded)
  const form = ref<SetupForm>(formOf(loaded))
  const documentOf = (edited: SetupForm): string => JSON.stringify(settingsOf(setup.value, edited))
  const isSaving = ref(false)
  const error = shallowRef<unknown>(null)
  const isDirty = computed(() => documentOf(form.value) !== documentOf(formOf(setup.value)))
  /** Nobody came to the end of the setup yet. */
  const isUnfinished = computed(() => setup.value.version === 0 || setup.value.settings.setUpUnfinished === true)
  /** Defaults in force are nobody's decision yet. */
  const isSaved = computed(() => setup.value.version > 0 && !isDirty.value)
  /** Right after the installation departments and people are still being read. */
  const isReading = computed(() => setup.value.departments.length === 0 || setup.value.users.length === 0)
  const problems = computed(() => problemsOf(form.value))
  const isConflict = computed(() => error.value instanceof ServerError && error.value.status === 409)
  /** The step on which what the server refuses is put right; null while it refuses nothing. */
  const refusedStep = computed<Step | null>(() =>
    error.value instanceof ServerError && error.value.status === 400 ? stepOf(error.value.code) : null)

  function take(newest: Setup): void {
    setup.value = newest
    form.value = formOf(newest)
    error.value = null
  }

  /** Puts the settings in force; false when the server refuses them. Saved on the way to the end of the setup they do not end it. */
  async function save(isEnd = false): Promise<boolean> {
    isSaving.value = true
    error.value = null
    try {
      const settings = { ...copyOf(settingsOf(setup.value, form.value)), setUpUnfinished: (isUnfinished.value && !isEnd) || undefined }
      const { version } = await api.save(settings, setup.value.version)
      setup.value = { ...setup.value, settings, version }
      // What follows from them for the portal is shown when it is known; saved they are already.
      void readPortal().catch(() => undefined)
      return true
    } catch (failure) {
      error.value = failure
      return false
    } finally {
      isSaving.value = false
    }
  }

  /** The settings in force in place of what was changed here. */
  async function reload(): Promise<void> {
    try {
      take(await api.read())
    } catch (failure) {
      error.value = failure
    }
  }

  function takePortal({ departments, users, zone, zoneSource, isRead }: Setup): void {
    setup.value = { ...setup.value, departments, users, zone, zoneSource, isRead }
  }

  /** What the portal tells of itself, as it is read by now; what was changed stays. */
  async function readPortal(): Promise<void> {
    takePortal(await api.read())
  }

  /** What became of all of it meanwhile; what was changed here stays. */
  async function refresh(): Promise<void> {
    const newest = await api.read()
    const isTaken = newest.version > setup.value.version && !isDirty.value && !isSaving.value
    ;(isTaken ? take : takePortal)(newest)
  }

  return { api, setup, form, isDirty, isSaved, isUnfinished, isReading, isSaving, isConflict, problems, error, refusedStep, save, reload, refresh, readPortal }
}

export function provideSetup(state: SetupState): void {
  provide(key, state)
}

export function useSetup(): SetupState {
  const state = inject(key)
  if (!state) {
    throw new Error('useSetup is called outside of the setup page.')
  }
  return state
}
