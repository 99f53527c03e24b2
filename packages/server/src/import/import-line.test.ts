import { limits } from '@roost/protocol'
import { expect, test } from 'vitest'

import { parseImportLine } from './import-line.ts'

const good = {
  id: 'a/1',
  room: 'ubuntu',
  author: 'alice',
  time: '2004-12-25T09:14:00Z',
  text: 'hello',
}
const parse = (line: unknown) => parseImportLine(Buffer.from(JSON.stringify(line)))

test('a line becomes a message', () => {
  expect(parse({ ...good, replyTo: 'a/0', extra: true })).toEqual({
    status: 'ok',
    message: { ...good, time: Date.UTC(2004, 11, 25, 9, 14), replyTo: 'a/0', removed: 0 },
  })
  expect(parse({ ...good, replyTo: null, time: '2004-12-25T10:14:00.5+01:00' })).toMatchObject({
    message: { time: Date.UTC(2004, 11, 25, 9, 14, 0, 500), replyTo: undefined },
  })
})

test('control characters go and are counted; tab and newline stay', () => {
  expect(
    parse({ ...good, author: 'al\u0007ice', text: '\u0002a\tb\nc\u001b[1m\u0000' }),
  ).toMatchObject({
    message: { author: 'alice', text: 'a\tb\nc[1m', removed: 4 },
  })
})

test.each([
  ['not JSON', 'nonsense', 'is not JSON'],
  ['an array', '[1]', 'is not a JSON object'],
  ['null', 'null', 'is not a JSON object'],
])('%s is refused as a whole', (_what, line, reason) => {
  expect(parseImportLine(Buffer.from(line))).toEqual({ status: 'refused', reason, isObject: false })
})

test('bytes that are no UTF-8 are refused, not mangled', () => {
  const bytes = Buffer.concat([Buffer.from('{"id":"'), Buffer.from([0xff]), Buffer.from('"}')])
  expect(parseImportLine(bytes)).toMatchObject({ reason: 'is not UTF-8' })
})

test.each([
  [{ id: 7 }, /^id must be a text$/],
  [{ id: '' }, /^id is empty$/],
  [{ room: '' }, /^room must be one line/],
  [{ room: 'x'.repeat(limits.roomNameMax + 1) }, /^room must be one line/],
  [{ author: ' \u0007 ' }, /^author must be one line/],
  [{ author: 'a\nb' }, /^author must be one line/],
  [{ author: ['alice'] }, /^author must be a text$/],
  [{ time: 'yesterday' }, /^time must be a date and time with its zone/],
  [{ time: '2004-12-25T09:14:00' }, /^time must be a date and time with its zone/],
  [{ time: '2004-02-30T09:14:00Z' }, /^time must be a date and time with its zone/],
  [{ text: ' \n\u0000' }, /^text is empty$/],
  [{ text: 'x'.repeat(limits.messageLength + 1) }, /^text is longer than 10000 characters$/],
  [{ replyTo: {} }, /^replyTo must be a text$/],
  [{ id: undefined, text: undefined }, /^id must be a text; text must be a text$/],
])('%j is refused with its reason', (change, reason) => {
  const parsed = parse({ ...good, ...change })
  expect(parsed).toMatchObject({ status: 'refused', isObject: true })
  expect(parsed.status === 'refused' && parsed.reason).toMatch(reason)
})

test('__proto__ in a line is just a field that nobody reads', () => {
  const line = `{"__proto__":{"text":"evil"},${JSON.stringify(good).slice(1)}`
  expect(parseImportLine(Buffer.from(line))).toMatchObject({ message: { text: 'hello' } })
})
