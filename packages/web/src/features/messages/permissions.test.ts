import type { Message, Role } from '@roost/protocol'
import { expect, test } from 'vitest'

import { canCopy, canDelete, canEdit, canInspect, canRespond, canRetry } from './permissions.ts'

const message: Message = {
  id: 'm',
  conversationId: 'c',
  seq: 1,
  senderId: 'bob',
  kind: 'text',
  body: 'hi',
  createdAt: 0,
  mentions: [],
  attachments: [],
  reactions: [],
}
const mine = { ...message, senderId: 'alice' }
const reactedTo = { ...message, reactions: [{ emoji: '👍', count: 1 }] }
const pending = {
  type: 'send' as const,
  clientId: 'p',
  conversationId: 'c',
  senderId: 'alice',
  body: 'hi',
  createdAt: 0,
}

function seenBy(role: Role | null, over: { kind?: 'direct'; archivedAt?: number } = {}) {
  const marks = { readSeq: 0, deliveredSeq: 0, notify: 'all' }
  const never = { mutedUntil: null, pinnedAt: null, archivedAt: null }
  const membership = role && { role, ...marks, ...never }
  const conversation = { kind: 'room' as const, archivedAt: null, ...over, membership }
  return { me: { id: 'alice' }, conversations: { c: conversation } }
}

test('a member answers and reacts to all, edits and deletes their own', () => {
  const state = seenBy('member')
  expect([canRespond(state, message), canEdit(state, message), canDelete(state, message)]).toEqual([
    true,
    false,
    false,
  ])
  expect([canRespond(state, mine), canEdit(state, mine), canDelete(state, mine)]).toEqual([
    true,
    true,
    true,
  ])
})

test('who administers a room deletes in it, and edits nobody else’s words', () => {
  expect(canDelete(seenBy('admin'), message)).toBe(true)
  expect(canDelete(seenBy('owner'), message)).toBe(true)
  expect(canEdit(seenBy('owner'), message)).toBe(false)
  expect(canDelete(seenBy('owner', { kind: 'direct' }), message)).toBe(false)
})

test('who only looks in does nothing but copy', () => {
  const state = seenBy(null)
  expect([canRespond(state, mine), canEdit(state, mine), canDelete(state, mine)]).toEqual([
    false,
    false,
    false,
  ])
  expect(canCopy(message)).toBe(true)
})

test('in an archived room one may still take one’s words back', () => {
  const state = seenBy('member', { archivedAt: 1 })
  expect([canRespond(state, mine), canEdit(state, mine), canDelete(state, mine)]).toEqual([
    false,
    false,
    true,
  ])
})

test.each([
  ['deleted', { ...mine, body: '', deletedAt: 1 }],
  ['of the system', { ...mine, kind: 'system', body: '' }],
])('nothing is done to a message that is %s', (_, post) => {
  const state = seenBy('owner')
  const may = [canRespond, canEdit, canDelete, canInspect].map((ask) => ask(state, post))
  expect([...may, canCopy(post)]).toEqual([false, false, false, false, false])
})

test('one on its way can be copied, edited and deleted', () => {
  const may = [canRespond, canEdit, canDelete, canInspect].map((ask) =>
    ask(seenBy('member'), pending),
  )
  expect(may).toEqual([false, true, true, false])
  expect([canCopy(pending), canRetry(pending)]).toEqual([true, false])
  expect(canEdit(seenBy('member', { archivedAt: 1 }), pending)).toBe(false)
  // Written into a room that is being joined.
  expect(canEdit(seenBy(null), pending)).toBe(true)
})

test('one that was refused can be sent again, copied and deleted', () => {
  const refused = { ...pending, failed: { code: 'forbidden', message: 'No.' } }
  const state = seenBy('member')
  const may = [canRespond, canEdit, canDelete, canInspect].map((ask) => ask(state, refused))
  expect(may).toEqual([false, false, true, false])
  expect([canCopy(refused), canRetry(refused), canRetry(message)]).toEqual([true, true, false])
})

test('there is something to know about my own, and about what has reactions', () => {
  const state = seenBy('member')
  expect([message, mine, reactedTo].map((post) => canInspect(state, post))).toEqual([
    false,
    true,
    true,
  ])
})
