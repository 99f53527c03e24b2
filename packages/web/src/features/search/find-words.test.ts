import { expect, test } from 'vitest'

import { snippetOf, wordRanges } from './find-words.ts'

const found = (text: string, query: string) =>
  wordRanges(text, query).map(([start, end]) => text.slice(start, end))

test('each word of a query is found at the beginning of a word', () => {
  expect(found('Tea at ten, teapots after', 'te')).toEqual(['Te', 'te', 'te'])
  expect(found('often at ten', 'ten')).toEqual(['ten'])
  expect(found('the boat and the buoy', 'buoy boat')).toEqual(['boat', 'buoy'])
})

test('accents and case do not count, in any script', () => {
  expect(found('Möwenbucht', 'mowen')).toEqual(['Möwen'])
  expect(found('В Ёлках', 'елк')).toEqual(['Ёлк'])
  expect(found('شُكرًا جزيلا', 'شكر')).toEqual(['شُكرً'])
})

test('letters that people type either way are found either way', () => {
  expect(found('Die Straße', 'strasse')).toEqual(['Straße'])
  expect(found('Ingrid Sørensen', 'sorensen')).toEqual(['Sørensen'])
  expect(found('Strasse', 'straß')).toEqual(['Strass'])
})

test('scripts without spaces have no beginnings of words', () => {
  expect(found('我在北京吃饭', '北京')).toEqual(['北京'])
})

test('overlapping words are marked once', () => {
  expect(wordRanges('harbours', 'harb harbour')).toEqual([[0, 7]])
})

test('nothing is found in nothing', () => {
  expect(wordRanges('', 'a')).toEqual([])
  expect(wordRanges('a', ' … ')).toEqual([])
})

test('a snippet is the text around the first match, on one line', () => {
  const text = `${'before '.repeat(30)}\nanchor ${'after '.repeat(60)}`
  const snippet = snippetOf(text, 'anchor', 120)
  expect(snippet.startsWith('… before')).toBe(true)
  expect(snippet.indexOf('anchor')).toBeLessThan(60)
  expect(snippet).not.toContain('\n')
  expect(snippet.length).toBeLessThan(130)
})

test('a short text is its own snippet', () => {
  expect(snippetOf('drop the\nanchor', 'anchor', 120)).toBe('drop the anchor')
})

test('a snippet never cuts a character in two', () => {
  const snippet = snippetOf('😀'.repeat(200) + ' anchor ' + '😀'.repeat(200), 'anchor', 60)
  expect(snippet.isWellFormed()).toBe(true)
  expect(snippet).toContain('anchor')
})
