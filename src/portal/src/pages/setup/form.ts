import type { Department } from '@/api/norms'
import type { Settings, Setup, TierCode } from '@/api/setup'
import { hoursProblem, scheduleForm, scheduleOf, type ScheduleForm } from './hours'

/** The settings as the page edits them. */
export interface SetupForm {
  language: 'ru' | 'en'
  timeZone: string | null
  productionCalendar: 'RU' | null
  schedule: ScheduleForm
  departmentSchedules: { departmentId: number; schedule: ScheduleForm }[]
  tierOf: Record<number, TierCode>
  tierUsers: Partial<Record<TierCode, number[]>>
  serviceAccounts: number[]
  heads: Record<number, number>
  marketers: number[]
  baseManagers: number[]
}

/** The steps, in their order. */
export const steps = ['check', 'time', 'people', 'norms', 'bind', 'history', 'finish'] as const
export type Step = (typeof steps)[number]

export function formOf(setup: Setup): SetupForm {
  const { settings } = setup
  const tiers = Object.entries(settings.tiers) as [TierCode, { departments: number[]; users: number[] }][]
  return structuredClone({
    language: settings.language,
    timeZone: settings.timeZone,
    productionCalendar: settings.productionCalendar,
    schedule: scheduleForm(settings.schedules.default),
    departmentSchedules: Object.entries(settings.schedules.byDepartment).map(([id, schedule]) => ({ departmentId: Number(id), schedule: scheduleForm(schedule) })),
    // Of several tiers of one department the first counts, here as on the server.
    tierOf: Object.fromEntries([...tiers].reverse().flatMap(([code, members]) => members.departments.map((id) => [id, code]))),
    tierUsers: Object.fromEntries(tiers.map(([code, members]) => [code, members.users])),
    serviceAccounts: settings.serviceAccounts ?? [setup.ownerUserId],
    heads: Object.fromEntries(Object.entries(settings.roles.heads).map(([id, user]) => [Number(id), user])),
    marketers: settings.roles.marketers,
    baseManagers: settings.roles.baseManagers
  })
}

/** The settings with what the form says in them; what it does not show stays as it was. */
export function settingsOf(setup: Setup, form: SetupForm): Settings {
  const { settings } = setup
  const isOwnerAlone = settings.serviceAccounts === null && form.serviceAccounts.join() === String(setup.ownerUserId)
  return {
    ...settings,
    language: form.language,
    timeZone: form.timeZone,
    productionCalendar: form.productionCalendar,
    schedules: {
      ...settings.schedules,
      default: scheduleOf(form.schedule),
      byDepartment: Object.fromEntries(form.departmentSchedules.map((one) => [one.departmentId, scheduleOf(one.schedule)]))
    },
    serviceAccounts: isOwnerAlone ? null : form.serviceAccounts,
    tiers: Object.fromEntries(setup.tiers.flatMap(({ code }) => {
      const departments = Object.keys(form.tierOf).map(Number).filter((id) => form.tierOf[id] === code)
      const users = form.tierUsers[code] ?? []
      return departments.length + users.length > 0 ? [[code, { departments, users }]] : []
    })),
    roles: { heads: form.heads, marketers: form.marketers, baseManagers: form.baseManagers }
  }
}

/** Whether somebody has said who does what; the settings of time alone leave it open. */
export function hasPeople({ tiers, roles, serviceAccounts }: Settings): boolean {
  return [tiers, roles.heads, roles.marketers, roles.baseManagers].some((given) => Object.keys(given).length > 0) || serviceAccounts !== null
}

/** A department with its depth in the tree, 0 for the top. */
export interface TreeRow extends Department {
  depth: number
  /** The departments above it, the nearest first. */
  above: number[]
}

/** The departments with those below each following it; one whose parent is unknown is a top. */
export function treeOf(departments: Department[]): TreeRow[] {
  const known = new Set(departments.map((one) => one.id))
  const rows = (isHere: (one: Department) => boolean, above: number[]): TreeRow[] => departments.filter(isHere).flatMap((one) =>
    [{ ...one, depth: above.length, above }, ...rows((other) => other.parentId === one.id, [one.id, ...above])])
  return rows((one) => one.parentId === null || !known.has(one.parentId), [])
}

/** What must be put right before the step is left, a key of the page's texts with the department it is about. */
export interface FormProblem {
  step: Step
  key: string
  departmentId?: number
}

export function problemsOf(form: SetupForm): FormProblem[] {
  const ofDefault = hoursProblem(form.schedule)
  return [
    ...(ofDefault ? [{ step: 'time' as const, key: ofDefault }] : []),
    ...form.departmentSchedules.flatMap((one) => {
      const key = hoursProblem(one.schedule)
      return key ? [{ step: 'time' as const, key, departmentId: one.departmentId }] : []
    })
  ]
}

/** The step on which the server's refusal of settings is put right. */
export function stepOf(code: string): Step {
  return ['Settings.value_tiers', 'Settings.value_roles', 'Settings.value_serviceAccounts'].includes(code) ? 'people' : 'time'
}
