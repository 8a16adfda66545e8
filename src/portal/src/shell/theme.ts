/** Light or dark as the system has it, by the classes that the kit knows; the portal does not tell its own. */
export function followTheme(): void {
  const dark = window.matchMedia('(prefers-color-scheme: dark)')
  const show = (): void => {
    document.documentElement.classList.toggle('dark', dark.matches)
    document.documentElement.classList.toggle('light', !dark.matches)
  }
  dark.addEventListener('change', show)
  show()
}
