import type { Message, SystemContent } from '@roost/protocol'
import i18next from 'i18next'
import { beforeAll, expect, test } from 'vitest'

import { resources } from '../../i18n/en.ts'
import { systemText } from './system-text.ts'

const person = (last: string) => `01890000-0000-7000-8000-00000000000${last}`
const alice = person('a')
const bob = person('b')
const carol = person('c')
const names = { me: alice, actor: 'Bob', target: 'Carol' }
const line = (senderId: string, content: SystemContent | { action: string }): Message => ({
  id: 'm',
  conversationId: 'c',
  seq: 1,
  senderId,
  kind: 'system',
  body: 'in the words of the server',
  content,
  createdAt: 0,
  mentions: [],
  attachments: [],
  reactions: [],
})

beforeAll(() =>
  i18next.init({ lng: 'en', resources: { en: resources }, interpolation: { escapeValue: false } }),
)

test.each([
  [line(alice, { action: 'renamed', name: 'Galley' }), 'You renamed the room to “Galley”'],
  [line(bob, { action: 'topic', topic: 'Tea' }), 'Bob changed the topic to “Tea”'],
  [line(bob, { action: 'topic', topic: null }), 'Bob removed the topic'],
  [line(bob, { action: 'picture' }), 'Bob changed the picture of this room'],
  [line(bob, { action: 'visibility', visibility: 'public' }), 'Bob made this room public'],
  [line(alice, { action: 'archived' }), 'You archived this room'],
  [line(bob, { action: 'role', userId: alice, role: 'owner' }), 'Bob made you the owner'],
  [line(bob, { action: 'role', userId: carol, role: 'admin' }), 'Bob made Carol an admin'],
  [line(alice, { action: 'removed', userId: carol }), 'You removed Carol'],
  [line(bob, { action: 'added', userId: alice }), 'Bob added you'],
  [line(bob, { action: 'joined', userId: bob }), 'Bob joined'],
  [line(bob, { action: 'role' }), 'in the words of the server'],
  [line(bob, { action: 'exploded' }), 'in the words of the server'],
])('%#', (message, expected) => {
  const text = systemText(i18next.getFixedT('en', 'timeline'), message, names)
  expect(text.replace(/[\u2068\u2069]/g, '')).toBe(expected)
})
