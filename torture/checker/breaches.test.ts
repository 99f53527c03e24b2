import { expect, test } from 'vitest'

import { check, tell } from './check.ts'
import {
  at,
  entries,
  final,
  good,
  invoke,
  makes,
  marks,
  messages,
  ok,
  room,
  said,
  sees,
  sends,
  stands,
  withEntries,
  withEvent,
  withFinal,
  withServer,
} from './good-history.ts'
import type { History } from './history.ts'

const broken: [invariant: string, what: string, history: History, sentence: RegExp][] = [
  [
    'I1',
    'an acknowledged message is gone',
    withEntries(sends('phone', 'gone', 'Lost'), ok('gone', 4)),
    /send gone of phone was acknowledged at 4, and is not in the log/,
  ],
  [
    'I1',
    'it stands somewhere else',
    { ...good, entries: entries.with(1, ok('hello', 2)) },
    /acknowledged at 2, and stands at 1/,
  ],
  [
    'I1',
    'an id is acknowledged for other words',
    withEntries(sends('phone', 'hello', 'Other words', 'again'), ok('again', 1)),
    /was acknowledged, but message 1 of room is “Hello”/,
  ],
  [
    'I1',
    'an edit is acknowledged without effect',
    {
      ...withEvent('edit', 'message.changed', { targetSeq: 1 }),
      entries: [
        ...entries,
        {
          ...invoke('phone', 'edit'),
          write: { type: 'edit', messageId: 'hello', body: 'Good day' },
        },
        ok('edit'),
      ],
    },
    /edit edit of phone was acknowledged, but message 1/,
  ],
  [
    'I1',
    'an acknowledged join made no event',
    withEntries({ ...invoke('tablet', 'join'), write: { type: 'join' } }, ok('join')),
    /join join of tablet was acknowledged, and is not in the log/,
  ],
  [
    'I1',
    'a device that holds what is around it lacks it',
    withFinal({
      stretch: { messages: messages.toSpliced(1, 1), hasBefore: false, hasAfter: false },
    }),
    /acknowledged at 2 in room, and laptop, .* lacks it/,
  ],
  [
    'I1',
    'a read mark is forgotten',
    withEntries({ ...invoke('laptop', 'mark'), write: { type: 'read', seq: 2 } }, ok('mark', 2)),
    /has read room up to 2, and the server remembers 0/,
  ],
  [
    'I1',
    'an outbox drops what it had no answer to',
    {
      ...withEntries(sends('phone', 'lost', 'Hm'), { type: 'unknown', op: 'lost' }),
      finals: [final('phone')],
    },
    /send lost of phone went out without an answer, and is neither in the log nor waiting/,
  ],
  [
    'I1',
    'a room that was made is not there',
    withEntries(makes('new', 'room'), { type: 'ok', op: 'new', id: 'new' }),
    /create new of phone was acknowledged, and is not in the log/,
  ],
  [
    'I1',
    'somebody is shown the chat of others',
    withEntries(makes('new', 'direct', 'carol'), { type: 'ok', op: 'new', id: 'room' }),
    /create new of phone was acknowledged, and is not in the log/,
  ],
  [
    'I2',
    'two people have two direct chats',
    {
      ...good,
      server: {
        conversations: ['one', 'other'].map((id) => ({
          ...room,
          id,
          kind: 'direct' as const,
          lastSeq: 0,
          events: [],
          messages: [],
        })),
      },
      entries: [],
      finals: [],
    },
    /chat of alice and bob is there 2 times: one, other/,
  ],
  [
    'I9',
    'a device hears what was begun after its session had ended',
    {
      ...good,
      entries: entries
        .toSpliced(
          8,
          0,
          { type: 'sessionEnded', device: 'phone' },
          sends('laptop', 'answer', 'Yes'),
          sees('received', 'phone', 3, 'answer'),
        )
        .toSpliced(11, 1),
    },
    /phone has event answer at 3 of room, which was begun after its session had ended/,
  ],
  [
    'I9',
    'a device whose session has ended is obeyed',
    {
      ...good,
      entries: entries.toSpliced(8, 0, { type: 'sessionEnded', device: 'laptop' }),
    },
    /send answer of laptop was begun after its session had ended, and acknowledged/,
  ],
  [
    'I2',
    'a message is shown beside itself',
    withEntries({ ...sees('saw', 'laptop', 3, 'answer'), type: 'doubled' }),
    /laptop showed answer at 3 of room, and as still waiting to be sent/,
  ],
  [
    'I2',
    'an event stands twice',
    withServer({ lastSeq: 4, events: [...room.events, { ...at(3), seq: 4 }] }),
    /Event answer stands at 3 of room and at 4 of room/,
  ],
  [
    'I2',
    'a message was sent once and stands twice, under two ids',
    withServer({
      lastSeq: 4,
      events: [...room.events, { ...at(3), seq: 4, id: 'again' }],
      messages: [...messages, said(4, 'again', 'Yes', 'bob')],
    }),
    /“Yes” of bob was sent 1 times, and stands 2 times in room: at 3, 4/,
  ],
  [
    'I2',
    'a device applies an event twice',
    withEntries(sees('applied', 'laptop', 3, 'answer')),
    /laptop applied event answer of room twice/,
  ],
  [
    'I2',
    'a device shows a message twice',
    withFinal({
      stretch: { messages: [...messages, ...messages.slice(2)], hasBefore: false, hasAfter: false },
    }),
    /laptop shows message answer of room twice/,
  ],
  [
    'I2',
    'what was stored still waits',
    { ...good, finals: [{ ...final('laptop'), waiting: ['answer'] }] },
    /laptop still has answer waiting to be sent, beside the event/,
  ],
  [
    'I3',
    'the log has what nobody asked for',
    withEvent('ghost', 'message.created'),
    /at 4 a message.created of alice, ghost, which nobody asked for/,
  ],
  [
    'I3',
    'somebody else asked for it',
    { ...good, entries: entries.with(0, sends('laptop', 'hello', 'Hello')) },
    /hello, which nobody asked for/,
  ],
  [
    'I3',
    'what was refused is there',
    { ...good, entries: entries.with(9, { type: 'fail', op: 'answer', code: 'not_found' }) },
    /answer of laptop was refused, and yet stands at 3/,
  ],
  [
    'I3',
    'a device saw what is not in the log',
    withEntries(sees('received', 'laptop', 4, 'rolled back')),
    /laptop has rolled back at 4 of room, which is not in the log/,
  ],
  [
    'I4',
    'a device has an event at another seq',
    withEntries(sees('saw', 'laptop', 2, 'answer')),
    /laptop has answer at 2 of room, where the log has question/,
  ],
  [
    'I4',
    'the log has a hole',
    withServer({ events: room.events.toSpliced(1, 1) }),
    /should have every seq from 1 to 3 once; at 2 it has not/,
  ],
  [
    'I4',
    'an event is stepped over',
    withEntries(stands('restored', 'laptop', 1), sees('applied', 'laptop', 3, 'answer')),
    /laptop applied event 3 of room right after 1/,
  ],
  [
    'I4',
    'a device shows words that were deleted',
    {
      ...good,
      server: {
        conversations: [
          { ...room, messages: messages.with(0, { ...said(1, 'hello', ''), deleted: true }) },
        ],
      },
      entries: entries.filter((entry) => entry.type !== 'ok'),
    },
    /phone shows hello “Hello” of alice \(text\) at 1 of room, where the server has hello “” of alice \(text, deleted\)/,
  ],
  [
    'I4',
    'a cursor is of another log',
    withFinal({ lastEventId: 'other' }),
    /after event other at 3 of room, where the log has answer/,
  ],
  [
    'I5',
    'an outbox got out of order',
    withServer({
      events: [{ ...at(2), seq: 1 }, { ...at(1), seq: 2 }, at(3)],
    }),
    /question of phone was begun after hello had been acknowledged, and stands at 1/,
  ],
  [
    'I5',
    'an outbox got out of order before anything was answered',
    {
      ...withServer({ events: [{ ...at(2), seq: 1 }, { ...at(1), seq: 2 }, at(3)] }),
      entries: entries.filter(({ type }) => type === 'invoke'),
    },
    /phone was given hello before question, and they stand at 2 and 1/,
  ],
  [
    'I6',
    'what was acknowledged is not seen by the next who looks',
    withEntries({ ...invoke('phone', 'look'), write: { type: 'look' } }, ok('look', 2)),
    /phone was shown room up to 2, after answer had been acknowledged at 3/,
  ],
  [
    'I7',
    'a cursor goes back',
    withEntries(stands('jumped', 'laptop', 2)),
    /laptop went to 2 of room when it was at 3 already/,
  ],
  [
    'I7',
    'a cursor comes back further than it was',
    { ...good, entries: [...entries.slice(0, 3), stands('restored', 'laptop', 2)], finals: [] },
    /laptop came back with its cursor in room at 2, and had only got to 1/,
  ],
  [
    'I7',
    'a read mark goes back',
    withEntries(marks(3, 2), marks(3, 1)),
    /On laptop the marks of bob in room went back/,
  ],
  [
    'I8',
    'a device stays behind',
    withFinal({ lastSeq: 2, lastEventId: 'question' }),
    /laptop has the cursor 2 in room, the server 3/,
  ],
  [
    'I8',
    'a device takes too long',
    { ...good, finals: [{ ...final('laptop'), at: 5_501 }] },
    /laptop was level with the server only 5001 ms after/,
  ],
  [
    'I8',
    'something is still waiting',
    { ...good, finals: [{ ...final('laptop'), waiting: ['never sent'] }] },
    /laptop still has never sent waiting/,
  ],
  [
    'I8',
    'a count is wrong',
    withFinal({ unread: 1 }),
    /laptop has as unread 1 in room, the server 0/,
  ],
  [
    'I8',
    'a chat is missing',
    { ...good, finals: [{ ...final('laptop'), conversations: [] }] },
    /laptop does not know of room/,
  ],
  [
    'I8',
    'a chat is still there after leaving',
    {
      ...good,
      server: { conversations: [{ ...room, members: room.members.slice(0, 1) }] },
      finals: [final('laptop')],
    },
    /laptop still believes its user to be in room/,
  ],
  [
    'I9',
    'an event is sent to who has left',
    {
      ...good,
      server: {
        conversations: [
          {
            ...room,
            visibility: 'public',
            history: 'all',
            intervals: [{ userId: 'bob', fromSeq: 1, toSeq: 1 }],
          },
        ],
      },
      finals: [],
    },
    /laptop was sent event question at 2 of room, when bob was not in it: from 1 to 1/,
  ],
  [
    'I9',
    'a message from before joining is shown',
    {
      ...good,
      server: {
        conversations: [
          {
            ...room,
            intervals: [
              { userId: 'alice', fromSeq: 1, toSeq: null },
              { userId: 'bob', fromSeq: 2, toSeq: null },
            ],
          },
        ],
      },
    },
    /laptop has event hello at 1 of room, when bob was not in it: from 2 to now/,
  ],
  [
    'I9',
    'somebody writes after leaving',
    withServer({
      intervals: [...room.intervals.slice(0, 1), { userId: 'bob', fromSeq: 1, toSeq: 2 }],
    }),
    /bob wrote answer at 3 of room, when they were not in it: from 1 to 2/,
  ],
  [
    'I9',
    'somebody who was never in it saw it',
    withEntries(sees('saw', 'tablet', 1, 'hello')),
    /tablet has event hello at 1 of room, when mallory was not in it: never a member/,
  ],
]

test.each(broken)('%s is broken when %s', (invariant, _what, history, sentence) => {
  const found = check(history)
  expect(tell(found)).toMatch(sentence)
  expect(found.find((one) => sentence.test(one.sentence))?.invariant).toBe(invariant)
})
