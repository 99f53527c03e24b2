import i18next from 'i18next'
import { afterEach, beforeAll, expect, test, vi } from 'vitest'

import { formatBytes } from './format-bytes.ts'

beforeAll(async () => {
  await i18next.init({ lng: 'en' })
})
afterEach(() => vi.unstubAllGlobals())

test.each([
  [0, '0 byte'],
  [999, '999 byte'],
  [1_000, '1 kB'],
  [2_140_000, '2.1 MB'],
  [1_234_000_000, '1.2 GB'],
  [3e12, '3 TB'],
])('%i bytes are %s', (bytes, text) => {
  vi.stubGlobal('navigator', { languages: ['en-GB'] })
  expect(formatBytes(bytes)).toBe(text)
})

test('in the habits of the language', async () => {
  vi.stubGlobal('navigator', { languages: ['de-DE'] })
  await i18next.changeLanguage('de')
  expect(formatBytes(2_140_000)).toBe('2,1 MB')
})
