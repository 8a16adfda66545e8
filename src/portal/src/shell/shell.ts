import { inject, provide, type InjectionKey, type Ref } from 'vue'
import type { B24Frame } from '@bitrix24/b24jssdk'
import type { Area } from '../router'
import type { Language } from '../texts'
import type { Formats } from './formats'
import type { Session, Visitor } from './session'

/** What every page gets from the shell around it. */
export interface Shell {
  frame: B24Frame
  session: Session
  language: Language
  visitor: Ref<Visitor>
  formats: Formats
  /** The areas that the visitor is offered. */
  areas: Ref<Area[]>
  /** Asks the server anew who the visitor is: after the setup, after a change of roles. */
  renew(): Promise<void>
}

const key: InjectionKey<Shell> = Symbol('shell')

export function provideShell(shell: Shell): void {
  provide(key, shell)
}

export function useShell(): Shell {
  const shell = inject(key)
  if (!shell) {
    throw new Error('useShell is called outside of App.vue.')
  }
  return shell
}
