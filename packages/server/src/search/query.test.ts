import { expect, test } from 'vitest'

import { matches, parseQuery } from './query.ts'

const read = (text: string) =>
  parseQuery(text).map(({ words, open }) => words.join(' ') + (open ? '…' : ''))

test.each<readonly [text: string, phrases: readonly string[]]>([
  ['hello', ['hello…']],
  ['Hello  wörld', ['hello…', 'world…']],
  ['"hello world"', ['hello world']],
  ['say "hello world" now', ['say…', 'hello world', 'now…']],
  ['„Guten Tag“ «bon jour»', ['guten tag', 'bon jour']],
  ['"still typ', ['still typ…']],
  ['hel"lo', ['hel…', 'lo…']],
  ['example.com don’t', ['example com…', 'don t…']],
  ['北京 ok', ['北 京…', 'ok…']],
  ['c++', ['c ++…']],
  ['ok OK ök', ['ok…']],
  ['"', []],
  ['""', []],
  ['" . "', []],
  ['*', []],
  ['', []],
  ['… !!', []],
])('%s', (text, phrases) => {
  expect(read(text)).toEqual(phrases)
})

test('no more than 16 words are looked for', () => {
  const many = Array.from({ length: 50 }, (_, at) => `w${at}`)
  expect(read(many.join(' '))).toEqual(many.slice(0, 16).map((word) => `${word}…`))
})

test.each<readonly [query: string, text: string, expected: boolean]>([
  ['gru', 'Viele Grüße', true],
  ['"gru"', 'Viele Grüße', false],
  ['"grusse viele"', 'Viele Grüße', false],
  ['grusse viele', 'Viele Grüße', true],
  ['viele nicht', 'Viele Grüße', false],
  ['le', 'Viele', false],
  ['北京', '我爱北京', true],
  ['北京', '北方京都', false],
  ['京', '我爱北京', true],
  ['c++', 'I like C++.', true],
  ['c++', 'I like C.', false],
  ['c', 'I like C++.', true],
  ['example.com', 'see https://www.example.com/x', true],
  ['👍', '👍🏿', true],
])('%s in %s: %s', (query, text, expected) => {
  expect(matches(parseQuery(query), text)).toBe(expected)
})
