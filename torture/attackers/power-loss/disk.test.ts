import { expect, test } from 'vitest'

import { createChance } from '../../chance.ts'
import { losePower, type Fate, type Image } from './disk.ts'
import type { Op } from './op-log.ts'

const nothing: Fate = { kept: 0, torn: 0 }
const everything: Fate = { kept: 1, torn: 0 }

/** Each takes a moment, one after the other. */
function timed(...ops: readonly object[]): Op[] {
  return ops.map((op, at) => ({ ...op, from: at * 10 + 1, until: at * 10 + 9 }) as Op)
}
const write = (data: string, offset = 0) => ({
  kind: 'write',
  file: 1,
  offset,
  data: Buffer.from(data),
})
const create = { kind: 'create', file: 1, path: 'a' }
const sync = { kind: 'sync', file: 1 }
const syncFolder = { kind: 'syncFolder', path: '' }

const empty: Image = { folders: new Set(['']), files: new Map() }
const withA: Image = { folders: new Set(['']), files: new Map([['a', Buffer.from('old')]]) }

function cut(base: Image, ops: Op[], { fate = nothing, at = Infinity, seed = 1 } = {}) {
  const { files } = losePower(base, ops, { at, fate, chance: createChance(seed) })
  return Object.fromEntries([...files].map(([path, bytes]) => [path, bytes.toString()]))
}

test('what was synced is there, and its name once the folder was synced', () => {
  const ops = timed(create, write('new'), sync, syncFolder)
  expect(cut(empty, ops)).toEqual({ a: 'new' })
  expect(cut(empty, ops.slice(0, 3))).toEqual({})
  expect(cut(empty, ops.slice(0, 3), { fate: everything })).toEqual({ a: 'new' })
})

test('what was written since the last sync may be missing', () => {
  const ops = timed({ kind: 'open', file: 1, path: 'a' }, write('one'), sync, write('two'))
  expect(cut(withA, ops)).toEqual({ a: 'one' })
  expect(cut(withA, ops, { fate: everything })).toEqual({ a: 'two' })
})

test('a sync counts when it has returned, and only for what was over when it began', () => {
  const open = { kind: 'open', file: 1, path: 'a' }
  const ops = timed(open, write('new'), sync)
  expect(cut(withA, ops, { at: 28 })).toEqual({ a: 'old' })
  expect(cut(withA, ops, { at: 29 })).toEqual({ a: 'new' })
  const [, slow, early] = ops
  if (!slow || !early) throw new Error('There are three.')
  expect(cut(withA, [ops[0] ?? slow, { ...slow, until: 25 }, early])).toEqual({ a: 'old' })
})

test('nothing that began after the cut has happened', () => {
  const ops = timed({ kind: 'open', file: 1, path: 'a' }, write('new'))
  expect(cut(withA, ops, { at: 10, fate: everything })).toEqual({ a: 'old' })
})

test('a later write may be there without an earlier one, and one of several sectors in part', () => {
  const open = { kind: 'open', file: 1, path: 'a' }
  const two = timed(open, write('A'.repeat(512)), write('B'.repeat(512), 512))
  const long = timed(open, write('C'.repeat(2048)))
  const seeds = Array.from({ length: 40 }, (_, seed) => seed)
  const half: Fate = { kept: 0.5, torn: 0 }
  const torn: Fate = { kept: 1, torn: 1 }
  expect(seeds.map((seed) => cut(withA, two, { fate: half, seed })['a'])).toContain(
    `old${'\0'.repeat(509)}${'B'.repeat(512)}`,
  )
  const images = seeds.map((seed) => cut(withA, long, { fate: torn, seed })['a'] ?? '')
  expect(images.some((image) => image.includes('C') && image.includes('\0'))).toBe(true)
  for (const image of images)
    for (let at = 512; at < 2048; at += 512)
      expect(image.slice(at, at + 512)).toMatch(/^(C{512}|\0{512})$/)
})

test('a renamed file has its old name or its new one, and a folder takes with it what is in it', () => {
  const ops = timed(
    { kind: 'mkdir', path: 'f' },
    { kind: 'create', file: 1, path: 'x' },
    write('new'),
    sync,
    syncFolder,
    { kind: 'rename', path: 'x', to: 'f/y' },
    { kind: 'syncFolder', path: 'f' },
  )
  expect(cut(empty, ops)).toEqual({ x: 'new', 'f/y': 'new' })
  expect(cut(empty, ops, { fate: everything })).toEqual({ 'f/y': 'new' })
  expect(cut(empty, ops.slice(0, 6))).toEqual({ x: 'new' })
  const [, ...withoutFolder] = ops
  expect(cut(empty, [...withoutFolder, ...timed({ kind: 'mkdir', path: 'g' })])).toEqual({
    x: 'new',
  })
})
