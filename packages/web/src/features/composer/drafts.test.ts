import { describe, expect, test } from 'vitest'

import { createDrafts } from './drafts.ts'

function memoryStorage() {
  const values = new Map<string, string>()
  return {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
    removeItem: (key: string) => void values.delete(key),
    key: (at: number) => [...values.keys()][at] ?? null,
    get length() {
      return values.size
    },
    keys: () => [...values.keys()],
  }
}

test('a draft outlives the page, for its user and its conversation alone', () => {
  const storage = memoryStorage()
  createDrafts(storage).set('alice', 'c1', 'half a thought')
  const later = createDrafts(storage)
  expect(later.get('alice', 'c1')).toBe('half a thought')
  expect(later.get('alice', 'c2')).toBe('')
  expect(later.get('bob', 'c1')).toBe('')
})

test('clearing it down to blanks leaves nothing behind', () => {
  const storage = memoryStorage()
  const drafts = createDrafts(storage)
  drafts.set('alice', 'c1', 'text')
  drafts.set('alice', 'c1', ' \n ')
  expect(drafts.get('alice', 'c1')).toBe(' \n ')
  expect(storage.keys()).toEqual([])
  expect(createDrafts(storage).get('alice', 'c1')).toBe('')
})

test('tells of changes, and only of changes', () => {
  const drafts = createDrafts(memoryStorage())
  let told = 0
  const stop = drafts.subscribe(() => told++)
  drafts.set('alice', 'c1', 'a')
  drafts.set('alice', 'c1', 'a')
  expect(told).toBe(1)
  stop()
  drafts.set('alice', 'c1', 'b')
  expect(told).toBe(1)
})

test('whoever leaves takes their drafts along, and nobody else’s', () => {
  const storage = memoryStorage()
  const drafts = createDrafts(storage)
  drafts.set('alice', 'c1', 'hers')
  drafts.set('alice', 'c2', 'hers too')
  drafts.set('bob', 'c1', 'his')
  createDrafts(storage).forget('alice')
  expect(createDrafts(storage).get('alice', 'c1')).toBe('')
  expect(createDrafts(storage).get('bob', 'c1')).toBe('his')
  expect(storage.keys()).toHaveLength(1)
})

test('of one kind leave those of another alone', () => {
  const storage = memoryStorage()
  const texts = createDrafts(storage)
  const replies = createDrafts(storage, 'roost.reply.')
  texts.set('alice', 'c1', 'text')
  replies.set('alice', 'c1', 'quote')
  expect(texts.get('alice', 'c1')).toBe('text')
  texts.forget('alice')
  expect(createDrafts(storage, 'roost.reply.').get('alice', 'c1')).toBe('quote')
})

describe('another tab', () => {
  test('is heard', () => {
    const storage = memoryStorage()
    const here = createDrafts(storage)
    const there = createDrafts(storage)
    expect(here.get('alice', 'c1')).toBe('')
    there.set('alice', 'c1', 'from there')
    const [key] = storage.keys()
    let told = 0
    here.subscribe(() => told++)
    here.notice(key ?? '')
    expect(here.get('alice', 'c1')).toBe('from there')
    here.notice('something.else')
    expect(told).toBe(1)
  })
})

test('storage that is full or shut off keeps drafts in memory', () => {
  const refuse = () => {
    throw new DOMException('no', 'QuotaExceededError')
  }
  const drafts = createDrafts({
    getItem: refuse,
    setItem: refuse,
    removeItem: refuse,
    key: refuse,
    length: 1,
  })
  drafts.set('alice', 'c1', 'kept')
  expect(drafts.get('alice', 'c1')).toBe('kept')
  drafts.forget('alice')
  expect(drafts.get('alice', 'c1')).toBe('')
  expect(createDrafts(null).get('alice', 'c1')).toBe('')
})
