import { expect, test } from 'vitest'

import { collapse } from './collapse.ts'
import type { PendingWrite } from './state.ts'
import { alice, chatId, idOf } from './testing/script.ts'

type Unmade<E> = E extends unknown ? Omit<E, 'clientId' | 'conversationId' | 'createdAt'> : never
type Deed = Unmade<PendingWrite> & { conversationId?: string }

const failed = { code: 'forbidden', message: 'No.' }
const theirs = idOf(900)
/** The message that the first deed of a list sends. */
const first = idOf(1)

/** One after the other, with the ids 1, 2, 3… */
function did(...deeds: Deed[]): PendingWrite[] {
  return deeds.map((deed, at) => ({
    conversationId: chatId,
    clientId: idOf(at + 1),
    createdAt: at,
    ...deed,
  }))
}

const send = (body: string): Deed => ({ type: 'send', senderId: alice, body })
const edit = (messageId: string, body: string): Deed => ({
  type: 'edit',
  messageId,
  body,
  mentions: [],
})
const remove = (messageId: string): Deed => ({ type: 'delete', messageId })
const react = (messageId: string, emoji: string, on: boolean): Deed => ({
  type: 'reaction',
  messageId,
  emoji,
  on,
})

/** What is left: ids, and the text of what has one. */
function left(outbox: PendingWrite[], holds = false) {
  return collapse(outbox, () => holds).map((entry) =>
    'body' in entry
      ? `${Number(entry.clientId.slice(-3))} ${entry.body}`
      : Number(entry.clientId.slice(-3)),
  )
}

test('an edit of a message that has not gone out is its text; the last one counts', () => {
  expect(left(did(send('one'), edit(first, 'two'), edit(first, 'three')))).toEqual(['1 three'])
})

test('an edit of a message that may have gone out follows it', () => {
  const tried = did({ ...send('one'), tried: true }, edit(first, 'two'), edit(first, 'three'))
  expect(left(tried)).toEqual(['1 one', '3 three'])
})

test('an edit that may have gone out stays as it is, and the next one follows', () => {
  const edits = did({ ...edit(theirs, 'a'), tried: true }, edit(theirs, 'b'), edit(theirs, 'c'))
  expect(left(edits)).toEqual(['1 a', '3 c'])
})

test('a refused message takes its new text along for when it is retried', () => {
  const [refused, ...more] = did({ ...send('one'), tried: true, failed }, edit(first, 'two'))
  if (!refused) throw new Error('There is none.')
  expect(collapse([refused, ...more], () => false)).toEqual([
    { ...refused, body: 'two', mentions: [] },
  ])
})

test('a message that is deleted before it goes out is nothing, and nothing is done to it', () => {
  const deeds = [send('one'), react(first, '👍', true), send('two'), remove(first)]
  expect(left(did(...deeds))).toEqual(['3 two'])
})

test('a deletion makes every change before it pointless, but not the sending that may be done', () => {
  const mine = did({ ...send('one'), tried: true }, edit(first, 'x'), remove(first))
  expect(left(mine)).toEqual(['1 one', 3])
  const other = did(edit(theirs, 'x'), react(theirs, '👍', true), remove(theirs), remove(theirs))
  expect(left(other)).toEqual([4])
})

test('a reaction taken back needs no request where it was not there before', () => {
  const both = did(react(theirs, '👍', true), react(theirs, '👍', false))
  expect(left(both, true)).toEqual([])
  expect(left(both, false)).toEqual([2])
  const other = did(react(theirs, '👍', true), react(theirs, '🎉', false))
  expect(left(other, true)).toEqual([1, 2])
})

test('a reaction taken back that may have gone out is taken back there', () => {
  const both = did({ ...react(theirs, '👍', true), tried: true }, react(theirs, '👍', false))
  expect(left(both, true)).toEqual([1, 2])
})

test('what may have gone out itself replaces nothing', () => {
  const both = did(react(theirs, '👍', true), { ...react(theirs, '👍', false), tried: true })
  expect(left(both, true)).toEqual([1, 2])
})

test('joining and leaving at once is neither, but not with something written in between', () => {
  expect(left(did({ type: 'join' }, { type: 'leave' }), true)).toEqual([])
  expect(left(did({ type: 'join' }, { type: 'leave' }), false)).toEqual([2])
  const between = did({ type: 'join' }, send('hello'), { type: 'leave' })
  expect(left(between, true)).toEqual([1, '2 hello', 3])
})

test('of marks the furthest counts, in each conversation', () => {
  const elsewhere = idOf(77)
  const marks = did(
    { type: 'read', upTo: 4 },
    { type: 'read', upTo: 9 },
    { type: 'read', upTo: 3, conversationId: elsewhere },
    { type: 'read', upTo: 6 },
  )
  expect(left(marks)).toEqual([2, 3])
})

test('where all is needed it is the very same outbox', () => {
  const outbox = did(send('one'), send('two'), react(theirs, '👍', true), { type: 'read', upTo: 3 })
  expect(collapse(outbox, () => true)).toBe(outbox)
})
