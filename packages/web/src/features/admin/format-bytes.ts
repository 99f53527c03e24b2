import i18next from 'i18next'

import { regionalLocale } from '../../i18n/format.ts'

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

/** A size as one says it: "2.1 MB". */
export function formatBytes(bytes: number): string {
  let value = bytes
  let step = 0
  while (value >= 999.95 && step < units.length - 1) {
    value /= 1_000
    step += 1
  }
  return new Intl.NumberFormat(regionalLocale(i18next.language, navigator.languages), {
    style: 'unit',
    unit: units[step] ?? 'byte',
    unitDisplay: 'short',
    maximumFractionDigits: step === 0 ? 0 : 1,
  }).format(value)
}
