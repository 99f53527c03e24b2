/** A little world without a server, so that components which read the store have something to show. */
import type { Message, User } from '@roost/protocol'
import type { ConversationState, PendingMessage, State } from '@roost/sdk'

import { client } from '../client/client.ts'
import { saveDraft } from '../features/composer/use-draft.ts'

const meId = 'nora'
const minute = 60_000
export const now = Date.now()

const names = {
  nora: 'Nora Brandt',
  ingrid: 'Ingrid Sørensen',
  jonas: 'Jonas Petersen',
  lucia: 'Lucía Ferrer',
  tomasz: 'Tomasz Wilk',
  layla: 'ليلى حداد',
  diego: 'Diego Ferrer',
  mei: 'Mei Tanaka',
}
const users = Object.fromEntries(
  Object.entries(names).map(([id, name]): [string, User] => [
    id,
    { id, name, kind: 'person', username: id, picture: null },
  ]),
)

let lastSeq = 0
function said(senderId: string, body: string, more: Partial<Message> = {}): Message {
  lastSeq += 1
  return {
    id: `message-${lastSeq}`,
    conversationId: 'room',
    seq: lastSeq,
    senderId,
    kind: 'text',
    body,
    createdAt: now - 30 * minute,
    mentions: [],
    attachments: [],
    reactions: [],
    ...more,
  }
}

function chat(
  id: string,
  more: Partial<ConversationState> & { mine?: Partial<ConversationState['membership']> },
): ConversationState {
  const { mine, ...rest } = more
  return {
    id,
    kind: 'direct',
    name: null,
    topic: null,
    visibility: 'private',
    history: 'all',
    memberCount: 2,
    picture: null,
    archivedAt: null,
    createdAt: now,
    directUserId: null,
    lastSeq: 1_000,
    lastEventId: '',
    firstSeq: 1,
    membership: {
      role: 'member',
      readSeq: 0,
      deliveredSeq: 0,
      notify: 'all',
      mutedUntil: null,
      pinnedAt: null,
      archivedAt: null,
      ...mine,
    },
    unread: 0,
    mentions: 0,
    lastMessage: null,
    receipts: {},
    typing: {},
    ...rest,
  }
}
const marks = (userId: string, readSeq: number, deliveredSeq = readSeq) => ({
  [userId]: { userId, readSeq, deliveredSeq },
})
const direct = (userId: string, lastMessage: Message, more: Partial<ConversationState> = {}) =>
  chat(userId, { directUserId: userId, lastMessage, receipts: marks(userId, 900), ...more })
const room = (id: string, name: string, more: Parameters<typeof chat>[1]) =>
  chat(id, { kind: 'room', name, memberCount: 5, ...more })

export const rows = {
  rest: direct('ingrid', said(meId, 'Rest: Takk! Da seiler vi.')),
  hover: direct('jonas', said('jonas', 'Hover: see you there')),
  selected: direct('lucia', said('lucia', 'Selected')),
  focus: direct('tomasz', said('tomasz', 'Keyboard focus')),
  unread: direct('layla', said('layla', 'وصلت الصور، شكرًا جزيلًا!'), { unread: 1 }),
  mentioned: room('sm', 'Segelclub Möwenbucht', {
    unread: 7,
    mentions: 1,
    lastMessage: said('jonas', 'Mentioned, unread'),
  }),
  muted: room('rc', 'Regatta crew · July', {
    unread: 23,
    mine: { mutedUntil: now + 1e12 },
    lastMessage: said('tomasz', 'Muted, unread'),
  }),
  draft: room('fb', 'Familie Brandt', { mine: { pinnedAt: now }, lastMessage: said('jonas', '…') }),
  typing: direct('diego', said('diego', '…'), { typing: { diego: now + 1e12 } }),
  failed: direct('mei', said('mei', '…')),
} as const

const failed: PendingMessage = {
  type: 'send',
  clientId: 'failed',
  conversationId: 'mei',
  senderId: meId,
  body: 'And two life jackets?',
  createdAt: now - minute,
  failed: { code: 'forbidden', message: 'No.' },
}
const waiting: PendingMessage = {
  type: 'send',
  clientId: 'waiting',
  conversationId: 'talk',
  senderId: meId,
  body: 'Waiting',
  createdAt: now,
}
const stored = said(meId, 'Stored on the server', { conversationId: 'stored' })
const quoted = { id: 'q', seq: 1, senderId: meId, excerpt: 'See you at the slip at half nine.' }

export const others: readonly Message[] = [
  said('lucia', 'First of a group'),
  said('lucia', 'Middle of a group, long enough to wrap so that the time sits on the last line.'),
  said('lucia', 'Last, with reactions', {
    reactions: [
      { emoji: '👍', count: 3, mine: true },
      { emoji: '❤️', count: 2 },
    ],
  }),
  said('jonas', 'Whoever is named stands out: @nora is you, @diego is not.', {
    mentions: ['nora', 'diego'],
  }),
  said('lucia', 'A reply.', { replyTo: quoted }),
  said('lucia', '', { deletedAt: now }),
  said('layla', 'هل نلتقي يوم السبت عند المرسى؟ https://tides.example'),
  said('lucia', '⛵🌞'),
]
export const own: readonly (Message | PendingMessage)[] = [
  waiting,
  stored,
  said(meId, 'Delivered', { conversationId: 'delivered' }),
  said(meId, 'Read, and edited afterwards', { conversationId: 'read', editedAt: now }),
  { ...failed, clientId: 'failed-here', conversationId: 'talk', body: 'Failed to leave' },
  said(meId, '', { deletedAt: now, conversationId: 'read' }),
  said(meId, '*Bold*, _italic_, ~strike~, `code`\n```\nroost backup --to /mnt/nas\n```', {
    conversationId: 'read',
  }),
  said(meId, 'Found by a jump: lit for a moment', { conversationId: 'read' }),
]

const conversations = [
  ...Object.values(rows),
  room('room', 'Harbour', {}),
  direct('talk', said(meId, '')),
  chat('stored', { directUserId: 'lucia' }),
  chat('delivered', { directUserId: 'lucia', receipts: marks('lucia', 0, 1_000) }),
  chat('read', { directUserId: 'lucia', receipts: marks('lucia', 1_000) }),
]
const online = { online: true, lastSeenAt: null }

const sample: State = {
  session: 'signedIn',
  connection: { status: 'online', since: null },
  me: {
    ...users['nora'],
    id: meId,
    kind: 'person',
    username: meId,
    name: names.nora,
    picture: null,
    about: null,
    email: 'nora@moewenbucht.example',
    role: 'user',
    locale: null,
    timeZone: null,
    sessionId: 'session',
    resetLinkMadeAt: null,
  },
  server: null,
  users,
  presence: { jonas: online, lucia: online, diego: online },
  conversations: Object.fromEntries(conversations.map((each) => [each.id, each])),
  conversationsLoaded: true,
  cursor: null,
  outbox: [failed, waiting],
}

/** From here on the page's client knows this world, and talks to nobody. */
export function enterSampleWorld(): void {
  client.stop()
  client.getState = () => sample
  client.subscribe = () => () => {}
  client.pictureUrl = () => '/app-icon.svg'
  saveDraft(meId, 'fb', 'Wer holt Oma ab?')
}
