import { getShown } from '../../i18n/translate.ts'

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

/** A size as one says it: "2.1 MB". */
export function formatBytes(bytes: number): string {
  let value = bytes
  let step = 0
  while (value >= 999.95 && step < units.length - 1) {
    value /= 1_000
    step += 1
  }
  return new Intl.NumberFormat(getShown().locale, {
    style: 'unit',
    unit: units[step] ?? 'byte',
    unitDisplay: 'short',
    maximumFractionDigits: step === 0 ? 0 : 1,
  }).format(value)
}
