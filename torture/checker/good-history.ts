/** A history in which nothing goes wrong, and how to make others of it. */
import type {
  Entry,
  FinalState,
  HeldConversation,
  HeldMessage,
  History,
  ServerConversation,
  Sighting,
} from './history.ts'

/** Alice made a room with bob in it and said hello (1), asked (2); bob answered (3). */
export const said = (seq: number, id: string, body: string, by = 'alice'): HeldMessage => ({
  seq,
  id,
  senderId: by,
  kind: 'text',
  body,
  edited: false,
  deleted: false,
  reactions: {},
})
export const messages = [
  said(1, 'hello', 'Hello'),
  said(2, 'question', 'Tea?'),
  said(3, 'answer', 'Yes', 'bob'),
]
export const room: ServerConversation = {
  id: 'room',
  kind: 'room',
  history: 'sinceJoin',
  visibility: 'private',
  lastSeq: 3,
  firstSeq: 1,
  before: 0,
  events: messages.map(({ seq, id, senderId }) => ({
    seq,
    id,
    type: 'message.created',
    actorId: senderId,
    targetSeq: null,
    subjectId: null,
  })),
  messages,
  members: ['alice', 'bob'].map((userId) => ({ userId, readSeq: 0, unread: 0, mentions: 0 })),
  intervals: ['alice', 'bob'].map((userId) => ({ userId, fromSeq: 1, toSeq: null })),
}
const held: HeldConversation = {
  id: 'room',
  lastSeq: 3,
  lastEventId: 'answer',
  stretch: { messages, hasBefore: false, hasAfter: false },
}
export const final = (device: string, change: Partial<HeldConversation> = {}): FinalState => ({
  device,
  at: 1_000,
  waiting: [],
  refused: [],
  conversations: [{ ...held, ...change }],
})

export const sends = (device: string, clientId: string, body: string, op = clientId): Entry => ({
  type: 'invoke',
  op,
  clientId,
  device,
  conversationId: 'room',
  write: { type: 'send', body },
})
export const makes = (clientId: string, kind: 'direct' | 'room', ...userIds: string[]): Entry => ({
  type: 'invoke',
  op: clientId,
  clientId,
  device: 'phone',
  conversationId: clientId,
  write: { type: 'create', kind, userIds },
})
export const ok = (op: string, seq?: number): Entry => ({
  type: 'ok',
  op,
  ...(seq !== undefined && { seq }),
})
export const sees = (
  type: 'received' | 'applied' | 'saw',
  device: string,
  seq: number,
  eventId: string,
): { type: typeof type } & Sighting => ({ type, device, conversationId: 'room', seq, eventId })
export const stands = (type: 'jumped' | 'restored', device: string, seq: number): Entry => ({
  type,
  device,
  conversationId: 'room',
  seq,
})

export const entries: Entry[] = [
  sends('phone', 'hello', 'Hello'),
  ok('hello', 1),
  sees('applied', 'laptop', 1, 'hello'),
  sends('phone', 'question', 'Tea?'),
  { type: 'unknown', op: 'question' },
  ok('question', 2),
  sees('received', 'laptop', 2, 'question'),
  sees('applied', 'laptop', 2, 'question'),
  sends('laptop', 'answer', 'Yes'),
  ok('answer', 3),
  sees('applied', 'laptop', 3, 'answer'),
  { type: 'healed', at: 500 },
]
export const good: History = {
  devices: {
    phone: { userId: 'alice', inOrder: true },
    laptop: { userId: 'bob', inOrder: true },
    tablet: { userId: 'mallory', inOrder: false },
  },
  entries,
  server: { conversations: [room] },
  finals: [final('phone'), final('laptop')],
}

export const withEntries = (...more: Entry[]): History => ({
  ...good,
  entries: [...entries, ...more],
})
export const withServer = (change: Partial<ServerConversation>): History => ({
  ...good,
  server: { conversations: [{ ...room, ...change }] },
  finals: [],
})
export const withFinal = (change: Partial<HeldConversation>): History => ({
  ...good,
  finals: [final('laptop', change)],
})
/** The log with something at its end. */
export const withEvent = (
  id: string,
  type: string,
  target: Partial<(typeof room.events)[number]> = {},
) =>
  withServer({
    lastSeq: 4,
    events: [
      ...room.events,
      { seq: 4, id, type, actorId: 'alice', targetSeq: null, subjectId: null, ...target },
    ],
  })

export function at(seq: number) {
  const event = room.events[seq - 1]
  if (!event) throw new Error(`There is no event ${seq}.`)
  return event
}

export function invoke(device: string, clientId: string) {
  return { type: 'invoke', op: clientId, clientId, device, conversationId: 'room' } as const
}

export function marks(deliveredSeq: number, readSeq: number): Entry {
  return {
    type: 'marks',
    device: 'laptop',
    conversationId: 'room',
    userId: 'bob',
    deliveredSeq,
    readSeq,
  }
}
