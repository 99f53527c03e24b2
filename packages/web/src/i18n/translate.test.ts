import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { resources as en } from './en.ts'
import { showTexts, translator } from './translate.ts'

const ui = translator('ui')

beforeEach(() => {
  vi.stubGlobal('navigator', { languages: ['en-GB'] })
  showTexts('en', en)
})
afterEach(() => {
  vi.unstubAllGlobals()
})

test('a key is one of its own area, or of the one it names', () => {
  expect(ui('day.today')).toBe('Today')
  expect(translator('chats')('ui:day.today')).toBe('Today')
})

test('what stands for a name is put in as it is', () => {
  expect(ui('lastSeen.time', { time: '$& {{time}} <b>' })).toBe('last seen at $& {{time}} <b>')
})

test('a count chooses the plural form of the language, and is written in its digits', () => {
  const error = {
    rateLimited_few: 'few {{count}}',
    rateLimited_many: 'many {{count}}',
    rateLimited_other: 'other {{count}}',
  }
  const ask = (count: number) => ui('error.rateLimited', { count })
  vi.stubGlobal('navigator', { languages: ['ar-EG'] })
  showTexts('ar', { ui: { error } })
  expect([ask(3), ask(11), ask(100)]).toEqual(['few ٣', 'many ١١', 'other ١٠٠'])
})

test('a text that is missing shows its key', () => {
  showTexts('en', {})
  expect(ui('day.today')).toBe('day.today')
})
