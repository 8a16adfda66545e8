/** The files of a language under their names without folder and ending. */
export function byArea(files: Record<string, unknown>): Record<string, Record<string, unknown>> {
  return Object.fromEntries(Object.entries(files).map(([path, texts]) => [path.slice(2, -5), texts as Record<string, unknown>]))
}
