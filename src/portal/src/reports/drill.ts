import type { RecordsOf, Scope } from '@/api/reports'
import type { Formats } from '@/shell/formats'

/** A figure that leads to its records. */
export interface Figure {
  of: RecordsOf
  scope: Scope
  title: string
  whose: string
}

/** A figure whose records are asked for. */
export interface Drill extends Figure {
  subtitle: string
  /** Where it was asked. */
  by: HTMLElement
  /** How far below the top of the frame that is, in pixels. */
  y: number
}

/** The records of a figure, asked for by a click or a key. */
export function drillOf(event: Event, figure: Figure, formats: Formats): Drill {
  const by = event.currentTarget as HTMLElement
  return { ...figure, subtitle: `${figure.whose}, ${formats.days(figure.scope.from, figure.scope.to)}`, by, y: by.getBoundingClientRect().top }
}
