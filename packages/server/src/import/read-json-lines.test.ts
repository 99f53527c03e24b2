import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import { afterAll, expect, test } from 'vitest'

import { ImportFileError, readJsonLines } from './read-json-lines.ts'

const folder = mkdtempSync(join(tmpdir(), 'roost-lines-'))
afterAll(() => rmSync(folder, { recursive: true }))

const message = (id: string) =>
  JSON.stringify({ id, room: 'r', author: 'alice', time: '2026-01-01T00:00:00Z', text: id })

function write(name: string, content: string | Buffer): string {
  const file = join(folder, name)
  writeFileSync(file, content)
  return file
}

/** The lines as numbers and what became of them. */
async function read(file: string): Promise<string[]> {
  const { lines } = await readJsonLines(file)
  const seen: string[] = []
  for await (const line of lines)
    seen.push(`${line.number} ${line.status === 'ok' ? line.message.id : line.reason}`)
  return seen
}

test('gzip is known by its first bytes, whatever the name says', async () => {
  const text = `${message('a')}\n${message('b')}\n`
  const expected = ['1 a', '2 b']
  expect(await read(write('plain.gz', text))).toEqual(expected)
  expect(await read(write('packed.jsonl', gzipSync(text)))).toEqual(expected)
})

test('empty lines, carriage returns and a byte order mark do no harm', async () => {
  const file = write('windows.jsonl', `\uFEFF${message('a')}\r\n\r\n \n${message('b')}`)
  expect(await read(file)).toEqual(['1 a', '4 b'])
  expect(await read(write('empty.jsonl', ''))).toEqual([])
})

test('a bad line does not stop the rest, also at the beginning and the end', async () => {
  const file = write(
    'bad.jsonl',
    `garbage\n${message('a')}\n{"id":1}\n${message('b').slice(0, 20)}`,
  )
  expect(await read(file)).toEqual([
    '1 is not JSON',
    '2 a',
    expect.stringMatching(/^3 id must be a text; room/),
    '4 is not JSON',
  ])
})

test('a line of over a megabyte is refused, and the next one is read', async () => {
  const long = `{"id":"${'x'.repeat(2_000_000)}"}`
  expect(await read(write('long.jsonl', `${message('a')}\n${long}\n${message('b')}`))).toEqual([
    '1 a',
    '2 is longer than 1 MB',
    '3 b',
  ])
})

test('gzip that breaks off gives what it holds, then one sentence', async () => {
  const lines = Array.from({ length: 20_000 }, (_, n) => message(`${n} ${Math.random()}`))
  const file = write('cut.gz', gzipSync(lines.join('\n')))
  truncateSync(file, 300_000)
  const { lines: reading } = await readJsonLines(file)
  let count = 0
  const all = async () => {
    for await (const line of reading) count += line.status === 'ok' ? 1 : 0
  }
  await expect(all()).rejects.toThrow(
    new ImportFileError(`${file} is cut off: the gzip data has no end.`),
  )
  expect(count).toBeGreaterThan(1_000)
  expect(count).toBeLessThan(20_000)
})

test.each([
  ['missing.jsonl', undefined, 'cannot be read: there is no such file.'],
  ['.', undefined, 'is not a file.'],
  ['table.csv', 'id,room,author\n1,r,alice\n', 'is not a file of JSON lines.'],
  [
    'array.json',
    JSON.stringify([{ id: 'a' }, { id: 'b' }], null, 2),
    'is not a file of JSON lines.',
  ],
  ['picture.png', Buffer.alloc(3_000_000, 0x89), 'is not a file of JSON lines.'],
  [
    'broken.gz',
    Buffer.from('1f8b0800000000000003deadbeefdeadbeef', 'hex'),
    'is damaged gzip data.',
  ],
])('%s is refused in a sentence', async (name, content, sentence) => {
  const file = content === undefined ? join(folder, name) : write(name, content)
  await expect(read(file)).rejects.toThrow(new ImportFileError(`${file} ${sentence}`))
})
