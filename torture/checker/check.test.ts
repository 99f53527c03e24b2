import { expect, test } from 'vitest'

import { check, tell } from './check.ts'
import {
  at,
  entries,
  final,
  good,
  invoke,
  makes,
  messages,
  ok,
  room,
  sees,
  sends,
  stands,
  withEntries,
  withServer,
} from './good-history.ts'
import type { History } from './history.ts'

test('a history in which everything went well has nothing wrong with it', () => {
  expect(tell(check(good))).toBe('')
})

const legal: [what: string, history: History][] = [
  [
    'a device that is signed in again',
    {
      ...good,
      entries: entries.toSpliced(
        8,
        0,
        { type: 'sessionEnded', device: 'laptop' },
        { type: 'signedIn', device: 'laptop' },
      ),
    },
  ],
  [
    'a direct chat that was there already',
    {
      ...good,
      server: { conversations: [{ ...room, kind: 'direct' }] },
      entries: [...entries, makes('new', 'direct', 'bob'), { type: 'ok', op: 'new', id: 'room' }],
    },
  ],
  [
    'a try without an outbox that nobody heard of again',
    withEntries(sends('tablet', 'lost', 'Hm'), { type: 'unknown', op: 'lost' }),
  ],
  [
    'a refusal after a try that had got through, when its sender had been removed between them',
    {
      ...good,
      entries: entries
        .with(9, { type: 'unknown', op: 'answer' })
        .toSpliced(10, 0, { type: 'fail', op: 'answer', code: 'not_found' }),
    },
  ],
  [
    'a second use of an id that is refused',
    withEntries(sends('phone', 'hello', 'Other words', 'again'), {
      type: 'fail',
      op: 'again',
      code: 'conflict',
    }),
  ],
  ['a repeated answer, at the same place', withEntries(ok('hello', 1), ok('hello', 1))],
  [
    'a reaction taken back that was never given',
    withEntries(
      {
        ...invoke('phone', 'off'),
        write: { type: 'reaction', messageId: 'hello', emoji: '👍', on: false },
      },
      ok('off'),
    ),
  ],
  [
    'joining where one is',
    {
      ...withServer({ before: 1 }),
      entries: [...entries, { ...invoke('laptop', 'join'), write: { type: 'join' } }, ok('join')],
    },
  ],
  [
    'going back to an earlier cursor after a crash, and applying once more',
    withEntries(
      stands('restored', 'laptop', 1),
      sees('applied', 'laptop', 2, 'question'),
      sees('applied', 'laptop', 3, 'answer'),
    ),
  ],
  [
    'beginning anew',
    withEntries(
      { type: 'forgot', device: 'laptop', conversationId: null },
      sees('applied', 'laptop', 1, 'hello'),
    ),
  ],
  [
    'jumping over a long gap',
    {
      ...good,
      entries: [sees('applied', 'phone', 1, 'hello'), stands('jumped', 'phone', 3), ...entries],
    },
  ],
  [
    'a device that has only a part, or is behind, when no healing was promised',
    {
      ...good,
      entries: entries.filter(({ type }) => type !== 'healed'),
      finals: [
        final('laptop', {
          lastSeq: 2,
          lastEventId: 'question',
          stretch: { messages: messages.slice(1, 2), hasBefore: true, hasAfter: false },
        }),
      ],
    },
  ],
  [
    'another order of two that were sent by one device after a refusal',
    {
      ...withServer({ events: [{ ...at(2), seq: 1 }, { ...at(1), seq: 2 }, at(3)], messages: [] }),
      entries: [
        sends('phone', 'hello', 'Hello'),
        { type: 'fail', op: 'hello', code: 'forbidden' },
        sends('phone', 'question', 'Tea?'),
        { type: 'unknown', op: 'question' },
        { type: 'unknown', op: 'hello' },
        sends('laptop', 'answer', 'Yes'),
      ],
    },
  ],
  [
    'anything from before the server was put back',
    {
      ...good,
      entries: [
        sends('phone', 'undone', 'Undone'),
        ok('undone', 2),
        sees('applied', 'laptop', 2, 'undone'),
        { type: 'rolledBack' },
        { type: 'forgot', device: 'laptop', conversationId: null },
        ...entries,
      ],
    },
  ],
  [
    'what was seen of a server that was put back, once more before its devices know',
    {
      ...good,
      entries: [
        sees('received', 'laptop', 2, 'undone'),
        { type: 'rolledBack' },
        sees('applied', 'laptop', 2, 'undone'),
        { type: 'forgot', device: 'laptop', conversationId: null },
        ...entries,
      ],
    },
  ],
  [
    'looking into a public room without being in it',
    {
      ...withServer({ visibility: 'public', history: 'all' }),
      entries: [...entries, sees('saw', 'tablet', 1, 'hello')],
    },
  ],
]

test.each(legal)('nothing is wrong with %s', (_what, history) => {
  expect(tell(check(history))).toBe('')
})

test('a history that contradicts itself is no history', () => {
  expect(() => check(withEntries(ok('never begun')))).toThrow('without having begun')
  expect(() => check(withEntries(sends('phone', 'hello', 'Hello')))).toThrow('begun twice')
})
