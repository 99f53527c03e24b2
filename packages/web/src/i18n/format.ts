/** Owns how times are written, in the words and habits of the chosen language. */
import i18next from 'i18next'

const styles = {
  time: { timeStyle: 'short' },
  weekday: { weekday: 'long' },
  shortWeekday: { weekday: 'short' },
  dayOfYear: { weekday: 'long', day: 'numeric', month: 'long' },
  shortDayOfYear: { day: 'numeric', month: 'short' },
  date: { day: 'numeric', month: 'long', year: 'numeric' },
  shortDate: { day: '2-digit', month: '2-digit', year: 'numeric' },
  moment: { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' },
  full: { dateStyle: 'full', timeStyle: 'short' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>

// Making an Intl formatter costs more than all the times on a screen.
const dateFormats = new Map<string, Intl.DateTimeFormat>()
const numberFormats = new Map<string, Intl.NumberFormat>()

/** The viewer's own variant of the shown language, such as en-GB for en: it decides 24 hours or 12. */
export function regionalLocale(language: string, wishes: readonly string[]): string {
  return wishes.find((wish) => wish === language || wish.startsWith(`${language}-`)) ?? language
}

function locale(): string {
  return regionalLocale(i18next.language, navigator.languages)
}

function write(style: keyof typeof styles, at: number): string {
  const key = `${locale()} ${style}`
  let format = dateFormats.get(key)
  if (!format) {
    format = new Intl.DateTimeFormat(locale(), styles[style])
    dateFormats.set(key, format)
  }
  return format.format(at)
}

export function formatNumber(value: number): string {
  const key = locale()
  let format = numberFormats.get(key)
  if (!format) {
    format = new Intl.NumberFormat(key)
    numberFormats.set(key, format)
  }
  return format.format(value)
}

/** A share of one: "150%". */
export function formatPercent(value: number): string {
  return new Intl.NumberFormat(locale(), { style: 'percent' }).format(value)
}

/** Whole days from `at` to `now` on the viewer's calendar; clocks that change do not count. */
function daysBetween(at: number, now: number): number {
  const day = (time: number) => {
    const date = new Date(time)
    return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000
  }
  return day(now) - day(at)
}

function sameYear(at: number, now: number): boolean {
  return new Date(at).getFullYear() === new Date(now).getFullYear()
}

/** Two times with the same key fall on the same day of the viewer's calendar. */
export function dayKey(at: number): string {
  const date = new Date(at)
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`
}

/** The time of day: "09:41". */
export function formatTime(at: number): string {
  return write('time', at)
}

/** A day and a time, where there is little room: "14 Jun 2024, 09:41". */
export function formatMoment(at: number): string {
  return write('moment', at)
}

/** Everything there is to say about a moment, for titles: "Friday, 14 June 2024 at 09:41". */
export function formatFull(at: number): string {
  return write('full', at)
}

/** The label above a day of messages: "Today", "Yesterday", "Wednesday", "Friday 14 June". */
export function formatDay(at: number, now: number): string {
  const days = daysBetween(at, now)
  if (days === 0) return i18next.t('day.today')
  if (days === 1) return i18next.t('day.yesterday')
  if (days > 1 && days < 7) return write('weekday', at)
  return write(sameYear(at, now) ? 'dayOfYear' : 'date', at)
}

/** The time in a row of the chat list: "09:41", "Yesterday", "Wed", "10 Jun", "10/06/2023". */
export function formatListTime(at: number, now: number): string {
  const days = daysBetween(at, now)
  if (days === 0) return write('time', at)
  if (days === 1) return i18next.t('day.yesterday')
  if (days > 1 && days < 7) return write('shortWeekday', at)
  return write(sameYear(at, now) ? 'shortDayOfYear' : 'shortDate', at)
}

/** The second line of someone who is away: "last seen at 08:40", "last seen Monday". */
export function formatLastSeen(at: number, now: number): string {
  const days = daysBetween(at, now)
  if (now - at < 60_000) return i18next.t('lastSeen.justNow')
  if (days === 0) return i18next.t('lastSeen.time', { time: write('time', at) })
  if (days === 1) return i18next.t('lastSeen.yesterday', { time: write('time', at) })
  if (days > 1 && days < 7) return i18next.t('lastSeen.day', { day: write('weekday', at) })
  return i18next.t('lastSeen.day', {
    day: write(sameYear(at, now) ? 'shortDayOfYear' : 'date', at),
  })
}
