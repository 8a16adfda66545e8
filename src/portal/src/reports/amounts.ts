import type { Metric } from '@/api/reports'
import type { Formats } from '@/shell/formats'

/** An amount of a metric as people write it; a dash for none. */
export function amountOf(formats: Formats, metric: Metric, value: number | null | undefined, currency = ''): string {
  switch (metric.unit) {
    case 'seconds':
      return formats.duration(value)
    case 'minutes':
      return formats.duration(typeof value === 'number' ? value * 60 : value)
    case 'money':
      return currency ? formats.money(value, currency) : formats.number(value)
    default:
      return formats.number(value)
  }
}
