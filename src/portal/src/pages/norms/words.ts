import { useI18n } from 'vue-i18n'
import type { Metric, NormDocument, Norms, Scope } from '@/api/norms'
import type { Unit } from '@/api/reports'
import { amountOf } from '@/reports/amounts'
import { useShell } from '@/shell/shell'

/** People enter hours of talk in minutes; rules keep seconds. */
export const shown = (unit: Unit, amount: number): number => (unit === 'seconds' ? amount / 60 : amount)
export const kept = (unit: Unit, amount: number): number => (unit === 'seconds' ? amount * 60 : amount)

export const scopeKey = (scope: Scope): string => (typeof scope === 'string' ? scope : Object.entries(scope)[0]!.join(':'))

/** The scope of a key of scopeKey. */
export function scopeOf(key: string): Scope {
  const [kind, id] = key.split(':') as [string, string | undefined]
  return kind === 'everyone' ? 'everyone' : kind === 'tier' ? { tier: id! } : kind === 'department' ? { department: Number(id) } : { user: Number(id) }
}

/** Norms in words. */
export function useWords(norms: () => Norms) {
  const { t } = useI18n()
  const { formats } = useShell()

  const metric = (code: string): Metric => norms().metrics.find((one) => one.code === code)
    ?? { code, name: code, unit: 'count', lowerIsBetter: false, isProrated: false }

  const amount = (of: Metric, value: number | null): string => amountOf(formats, of, value)

  function scope(of: Scope): string {
    if (of === 'everyone') {
      return t('norms.scope.everyone')
    }
    if ('tier' in of) {
      return t('norms.scope.tier', { name: norms().tiers.find((tier) => tier.code === of.tier)?.name ?? of.tier })
    }
    return 'department' in of
      ? t('norms.scope.department', { name: norms().departments.find((one) => one.id === of.department)?.name ?? `#${of.department}` })
      : norms().users.find((one) => one.id === of.user)?.name ?? `#${of.user}`
  }

  const target = (document: NormDocument, one: { scope: Scope; perDay: number }): string =>
    t(metric(document.metric).lowerIsBetter ? 'norms.atMost' : 'norms.atLeast', { scope: scope(one.scope), amount: amount(metric(document.metric), one.perDay) })

  const state = (document: NormDocument): 'off' | 'dry' | 'on' => (!document.enabled ? 'off' : document.dryRun ? 'dry' : 'on')

  /** All that a document says, a line each; two documents differ where their lines do. */
  function lines(document: NormDocument): string[] {
    return [
      t('norms.line.name', { name: `${document.name.ru} / ${document.name.en}` }),
      t('norms.line.metric', { name: metric(document.metric).name }),
      t(`norms.line.state.${state(document)}`),
      ...document.targets.map((one) => target(document, one)),
      ...document.excluded.map((user) => t('norms.line.excluded', { name: scope({ user }) })),
      t(document.belowNorm.task ? 'norms.line.task' : 'norms.line.noTask', {
        due: document.belowNorm.deadlineWorkingMinutes === null
          ? t('norms.due.nextDay')
          : t('norms.due.minutes', { count: document.belowNorm.deadlineWorkingMinutes }, document.belowNorm.deadlineWorkingMinutes)
      }),
      t(document.belowNorm.tellHead ? 'norms.line.head' : 'norms.line.noHead')
    ]
  }

  return { metric, amount, scope, target, state, lines }
}
