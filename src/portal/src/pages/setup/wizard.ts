import { inject, provide, type InjectionKey } from 'vue'
import type { Step } from './form'

/** Going through the steps one after the other. */
export interface Wizard {
  /** The portal is being set up for the first time. */
  readonly isFirst: boolean
  isAtStart(): boolean
  next(): void
  back(): void
  show(step: Step): void
  /** From now on the settings are changed and not made. */
  end(): void
}

const key: InjectionKey<Wizard> = Symbol('wizard')

export function provideWizard(wizard: Wizard): void {
  provide(key, wizard)
}

export function useWizard(): Wizard {
  const wizard = inject(key)
  if (!wizard) {
    throw new Error('useWizard is called outside of the setup page.')
  }
  return wizard
}
