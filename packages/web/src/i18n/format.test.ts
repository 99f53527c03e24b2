import i18next from 'i18next'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'

import { resources as de } from './de.ts'
import { resources as en } from './en.ts'
import {
  dayKey,
  formatDay,
  formatLastSeen,
  formatListTime,
  formatTime,
  regionalLocale,
} from './format.ts'

const now = new Date(2024, 5, 14, 9, 41).getTime()
const before = (days: number, hour = 8) => new Date(2024, 5, 14 - days, hour, 40).getTime()

beforeAll(async () => {
  await i18next.init({ resources: { en, de }, defaultNS: 'ui', lng: 'en' })
})
beforeEach(async () => {
  vi.stubGlobal('navigator', { languages: ['fr-FR', 'en-GB', 'de-AT'] })
  await i18next.changeLanguage('en')
})
afterEach(() => {
  vi.unstubAllGlobals()
})

test('the region of the viewer decides how the chosen language writes times', () => {
  expect(regionalLocale('en', ['fr', 'en-GB', 'en'])).toBe('en-GB')
  expect(regionalLocale('de', ['en-GB'])).toBe('de')
  vi.stubGlobal('navigator', { languages: ['en-US'] })
  expect(formatTime(before(0, 15))).toBe('3:40 PM')
  vi.stubGlobal('navigator', { languages: ['en-GB'] })
  expect(formatTime(before(0, 15))).toBe('15:40')
})

test('days are those of the calendar, not of 24 hours', () => {
  const midnight = new Date(2024, 5, 14).getTime()
  expect(formatDay(midnight - 1, midnight)).toBe('Yesterday')
  expect(dayKey(midnight)).not.toBe(dayKey(midnight - 1))
  expect(dayKey(midnight)).toBe(dayKey(now))
})

describe('in English', () => {
  test.each([
    [0, 'Today'],
    [1, 'Yesterday'],
    [2, 'Wednesday'],
    [6, 'Saturday'],
    [7, 'Friday 7 June'],
    [400, '11 May 2023'],
  ])('%i days ago is %s', (days, label) => {
    expect(formatDay(before(days), now)).toBe(label)
  })

  test.each([
    [0, '08:40'],
    [1, 'Yesterday'],
    [2, 'Wed'],
    [7, '7 Jun'],
    [400, '11/05/2023'],
  ])('a row of %i days ago says %s', (days, label) => {
    expect(formatListTime(before(days), now)).toBe(label)
  })

  test.each([
    [now - 30_000, 'last seen just now'],
    [before(0), 'last seen at 08:40'],
    [before(1), 'last seen yesterday at 08:40'],
    [before(4), 'last seen Monday'],
    [before(30), 'last seen 15 May'],
  ])('away since %i: %s', (at, label) => {
    expect(formatLastSeen(at, now)).toBe(label)
  })
})

test('a message from a clock that runs ahead is never called tomorrow', () => {
  expect(formatDay(before(-1), now)).toBe('Saturday 15 June')
})

test('in German', async () => {
  await i18next.changeLanguage('de')
  expect(formatDay(before(0), now)).toBe('Heute')
  expect(formatDay(before(7), now)).toBe('Freitag, 7. Juni')
  expect(formatListTime(before(7), now)).toBe('7. Juni')
  expect(formatLastSeen(before(1), now)).toBe('zuletzt online gestern um 08:40')
})
