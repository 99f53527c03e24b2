import { expect, test } from 'vitest'

import { splitLines } from './split-lines.ts'

async function* chunks(...texts: string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text)
}

async function split(texts: string[], maxBytes = 100): Promise<(string | undefined)[]> {
  const lines: (string | undefined)[] = []
  for await (const line of splitLines(chunks(...texts), maxBytes)) lines.push(line?.toString())
  return lines
}

test('lines come out whole, wherever the chunks were cut', async () => {
  const text = 'one\n\ntwö\nthree'
  const bytes = Buffer.from(text)
  for (let at = 0; at <= bytes.length; at++) {
    async function* halves() {
      yield bytes.subarray(0, at)
      yield bytes.subarray(at)
    }
    const lines: (string | undefined)[] = []
    for await (const line of splitLines(halves(), 100)) lines.push(line?.toString())
    expect(lines).toEqual(['one', '', 'twö', 'three'])
  }
})

test('a last newline begins no line, and nothing is no line', async () => {
  expect(await split(['a\n'])).toEqual(['a'])
  expect(await split(['', ''])).toEqual([])
})

test('a line that is too long is left out, and the next one is whole', async () => {
  expect(await split(['aaa', 'aaa\nbb', 'b\n', 'cccc'], 3)).toEqual([undefined, 'bbb', undefined])
})
