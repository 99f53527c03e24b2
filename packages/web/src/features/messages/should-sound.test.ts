import type { Membership, Message } from '@roost/protocol'
import { expect, test } from 'vitest'

import { shouldSound } from './should-sound.ts'

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
const membership: Membership = {
  role: 'member',
  readSeq: 0,
  deliveredSeq: 0,
  notify: 'all',
  mutedUntil: null,
  pinnedAt: null,
  archivedAt: null,
}
const sounds = (over: {
  message?: Partial<Message>
  membership?: Partial<Membership> | null
  watched?: string
}) =>
  shouldSound(
    { ...message, ...over.message },
    {
      id: 'c',
      membership: over.membership === null ? null : { ...membership, ...over.membership },
    },
    { meId: 'alice', now: 1_000, watched: over.watched ?? null },
  )

test('what others write where nobody looks is heard', () => {
  expect(sounds({})).toBe(true)
  expect(sounds({ watched: 'another' })).toBe(true)
  expect(sounds({ membership: { mutedUntil: 999 } })).toBe(true)
  expect(sounds({ membership: { notify: 'mentions' }, message: { mentions: ['alice'] } })).toBe(
    true,
  )
  expect(sounds({ membership: { archivedAt: 5 }, message: { mentions: ['alice'] } })).toBe(true)
})

test('the chat in view, my own words, muted chats, and who comes and goes are not', () => {
  expect(sounds({ watched: 'c' })).toBe(false)
  expect(sounds({ message: { senderId: 'alice' } })).toBe(false)
  expect(sounds({ message: { kind: 'system' } })).toBe(false)
  expect(sounds({ membership: { mutedUntil: 1_001 } })).toBe(false)
  expect(sounds({ membership: { notify: 'none' } })).toBe(false)
  expect(sounds({ membership: { notify: 'mentions' } })).toBe(false)
  expect(sounds({ membership: { archivedAt: 5 } })).toBe(false)
  expect(sounds({ membership: null })).toBe(false)
})
