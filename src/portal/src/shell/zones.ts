import type { Language } from '../texts'

/** The name of a time zone for people: in Russian its time, mostly named after a city, then what it is off UTC today and its IANA name. */
export function zoneName(language: Language, zone: string): string {
  // An English name would say what the IANA name says. Browsers have no Russian names of single cities, only of times.
  const time = language === 'ru' ? partOf(language, zone, 'longGeneric').replace(', стандартное время', '') : ''
  const offset = partOf('en', zone, 'longOffset').replace('GMT', 'UTC')
  return [...(/\p{Script=Cyrillic}/u.test(time) ? [time] : []), offset, zone].join(', ')
}

/** The zones that the browser knows, from west to east; `also` is among them even if it does not. */
export function zoneItems(language: Language, also: string | null): { value: string; label: string }[] {
  const known = Intl.supportedValuesOf('timeZone')
  return (also && !known.includes(also) ? [...known, also] : known)
    .map((value) => ({ value, label: zoneName(language, value), minutes: minutesOf(value) }))
    .sort((one, other) => one.minutes - other.minutes || one.label.localeCompare(other.label, language))
    .map(({ value, label }) => ({ value, label }))
}

function minutesOf(zone: string): number {
  const [, sign, hours, minutes] = /([+-])(\d+):(\d+)/.exec(partOf('en', zone, 'longOffset')) ?? []
  return hours ? Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes)) : 0
}

function partOf(language: Language, zone: string, timeZoneName: Intl.DateTimeFormatOptions['timeZoneName']): string {
  const key = `${language} ${zone} ${timeZoneName}`
  let name = parts.get(key)
  if (name === undefined) {
    name = new Intl.DateTimeFormat(language, { timeZone: zone, timeZoneName }).formatToParts(new Date()).find((part) => part.type === 'timeZoneName')?.value ?? ''
    parts.set(key, name)
  }
  return name
}

// A formatter costs most of a millisecond, and there are hundreds of zones.
const parts = new Map<string, string>()
