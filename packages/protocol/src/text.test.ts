import { expect, test } from 'vitest'

import { fold, line, messageText, stripControls, username } from './text.ts'

const accepts = (schema: { safeParse(value: unknown): { success: boolean } }, text: string) =>
  schema.safeParse(text).success

test('a user name is letters and digits of any script, and shows all that it is', () => {
  for (const name of ['alice', 'Zoë', 'ليلى', '陈静', 'Ελένη', 'नमस्ते', 'j.o-e_2'])
    expect([name, accepts(username, name)]).toEqual([name, true])
  for (const name of [
    'a',
    'x'.repeat(33),
    'a b',
    'a@b',
    'alice\u{FE0F}',
    '\u3164\u3164',
    'al\u034Fice',
  ])
    expect([name, accepts(username, name)]).toEqual([name, false])
})

test('a name has something to show, on one line, in its own direction', () => {
  const name = line(80)
  for (const text of ['Nora Brandt', '  trimmed ', 'ليلى حداد', '👩‍👩‍👧 family'])
    expect([text, accepts(name, text)]).toEqual([text, true])
  for (const text of [
    '',
    '   ',
    '\u200B',
    '\u2060\u200D',
    'two\nlines',
    'a\ttab',
    'evil\u202Egnp.exe',
  ])
    expect([text, accepts(name, text)]).toEqual([text, false])
})

test('a message is anything that can be seen', () => {
  for (const text of ['hi', 'a\tb\nc', '❤️', '\u200Fشكرًا', '0'])
    expect([text, accepts(messageText, text)]).toEqual([text, true])
  for (const text of ['', ' \n\t', '\u200B', '\u2063', 'bell\u0007', 'half \uD800'])
    expect([text, accepts(messageText, text)]).toEqual([text, false])
})

test('accents and case do not count in a search', () => {
  expect(fold('Lucía FERRER')).toBe('lucia ferrer')
  expect(fold('Ελένη')).toBe(fold('ΕΛΕΝΗ'))
})

test('an import loses its control characters and keeps its lines', () => {
  expect(stripControls('a\u0002b\r\nc\td')).toEqual({ text: 'ab\nc\td', removed: 2 })
})
