/** The tables, as Kysely types them. Times of ours are epoch milliseconds; flags are 0 or 1. */
import type { UserEventType } from '@roost/protocol'
import type { Generated } from 'kysely'

export interface Schema {
  meta: MetaTable
  users: UsersTable
  sessions: SessionsTable
  accounts: AccountsTable
  verifications: VerificationsTable
  devices: DevicesTable
  revocations: RevocationsTable
  blocks: BlocksTable
  conversations: ConversationsTable
  memberships: MembershipsTable
  membershipIntervals: MembershipIntervalsTable
  events: EventsTable
  messages: MessagesTable
  mentions: MentionsTable
  reactions: ReactionsTable
  files: FilesTable
  attachments: AttachmentsTable
  pictures: PicturesTable
  nameWords: NameWordsTable
  authorships: AuthorshipsTable
  settings: SettingsTable
  invites: InvitesTable
  audit: AuditTable
  erasures: ErasuresTable
  userHeads: UserHeadsTable
  userEvents: UserEventsTable
}

/** Facts about the database itself: its epoch, the hash of the set-up token. */
interface MetaTable {
  key: string
  value: string
}

/** better-auth's user table, with its ISO 8601 dates, and our columns beside its own. */
interface UsersTable {
  id: string
  kind: Generated<'person' | 'bot' | 'placeholder' | 'deleted'>
  name: string
  /** null for placeholders only */
  email: string | null
  emailVerified: Generated<number>
  image: string | null
  createdAt: string
  updatedAt: string
  username: string | null
  displayUsername: string | null
  role: string | null
  banned: Generated<number>
  banReason: string | null
  banExpires: string | null
  /** `name` and `username`, folded for search */
  searchName: string
  locale: string | null
  timeZone: string | null
  lastSeenAt: number | null
  about: string | null
  /** of `pictures` */
  picture: string | null
  /** when an administrator made a reset link, until its owner acknowledges it */
  resetLinkMadeAt: number | null
  /** the exact name under which an import met a placeholder */
  importKey: string | null
}

interface SessionsTable {
  id: string
  userId: string
  /** SHA-256 of the token */
  token: string
  deviceId: string | null
  expiresAt: string
  createdAt: string
  updatedAt: string
  ipAddress: string | null
  userAgent: string | null
  impersonatedBy: string | null
  /** null: not seen since it was made */
  lastSeenAt: number | null
}

interface AccountsTable {
  id: string
  userId: string
  accountId: string
  providerId: string
  password: string | null
  createdAt: string
  updatedAt: string
}

interface VerificationsTable {
  id: string
  identifier: string
  value: string
  expiresAt: string
  createdAt: string
  updatedAt: string
}

interface DevicesTable {
  id: string
  userId: string
  name: string
  push: string | null
  keys: string | null
  createdAt: number
  lastSeenAt: number
}

/** Sessions that ended before their time, for processes that still hold them in a cache or a socket. */
interface RevocationsTable {
  id: string
  userId: string
  /** null in rows of older versions: all sessions of the user */
  sessionId: string | null
  createdAt: number
}

interface BlocksTable {
  userId: string
  blockedId: string
  createdAt: number
}

export interface ConversationsTable {
  id: string
  kind: 'direct' | 'room'
  name: string | null
  topic: string | null
  searchName: string
  visibility: 'public' | 'private'
  history: 'all' | 'sinceJoin'
  /** both user ids, sorted, joined by a colon; null for rooms */
  directKey: string | null
  /** source and room of an import */
  importKey: string | null
  memberCount: number
  createdAt: number
  lastSeq: number
  firstSeq: Generated<number>
  lastMessageSeq: Generated<number>
  lastActivityAt: number
  archivedAt: number | null
  /** of `pictures` */
  picture: string | null
  /** nobody's any more: what is left of it is being removed */
  deletedAt: number | null
}

interface MembershipsTable {
  conversationId: string
  userId: string
  role: 'owner' | 'admin' | 'member'
  deliveredSeq: number
  readSeq: number
  /** the seq of the event by which they left; null while they are in */
  leftSeq: number | null
  notify: Generated<string>
  mutedUntil: number | null
  pinnedAt: number | null
  archivedAt: number | null
}

/** From which event to which a user was in: what they may see of a room that hides its past. */
interface MembershipIntervalsTable {
  conversationId: string
  userId: string
  fromSeq: number
  toSeq: number | null
}

/**
 * A conversation's log. A row holds references, never text. It is also the index of message ids: a
 * message's id is that of the event that made it, so `messages` has no text index of its own, and
 * the row of a `message.created` lives as long as its message.
 */
interface EventsTable {
  conversationId: string
  seq: number
  id: string
  actorId: string
  type: string
  /** the message it is about, where that is not at this very seq */
  targetSeq: number | null
  /** the user it is about */
  subjectId: string | null
  payload: string | null
  requestHash: string
  createdAt: number
}

export interface MessagesTable {
  conversationId: string
  seq: number
  id: string
  senderId: string
  kind: string
  body: string
  content: string | null
  replyToSeq: number | null
  threadRootId: string | null
  mentionsAll: Generated<number>
  createdAt: number
  editedAt: number | null
  deletedAt: number | null
}

interface MentionsTable {
  conversationId: string
  seq: number
  userId: string
}

interface ReactionsTable {
  conversationId: string
  seq: number
  emoji: string
  userId: string
  createdAt: number
}

interface FilesTable {
  id: string
  sha256: string
  ownerId: string
  name: string
  type: string
  size: number
  width: number | null
  height: number | null
  createdAt: number
}

interface AttachmentsTable {
  conversationId: string
  seq: number
  position: number
  fileId: string
}

/** A picture of a person or a room, in two sizes: the hashes under which `files/` keeps them. */
interface PicturesTable {
  id: string
  userId: string | null
  conversationId: string | null
  large: string
  small: string
  createdAt: number
}

/** By which words people, imported authors and rooms are found; see name-words.ts. */
export interface NameWordsTable {
  kind: 'user' | 'author' | 'room'
  word: string
  /** the name to order by */
  sortName: string
  id: string
}

/** The rooms in which an imported author wrote. */
interface AuthorshipsTable {
  userId: string
  conversationId: string
}

/** Product settings that somebody changed; the others have their defaults. JSON values. */
interface SettingsTable {
  name: string
  value: string
}

export interface InvitesTable {
  id: string
  /** SHA-256 */
  tokenHash: string
  conversationId: string | null
  createdBy: string
  createdAt: number
  expiresAt: number | null
  maxUses: number | null
  uses: Generated<number>
  revokedAt: number | null
}

interface AuditTable {
  id: string
  at: number
  /** null: the command line */
  actorId: string | null
  action: string
  subjectId: string | null
  subjectName: string | null
  details: string
}

/** Accounts erased of which something is left to do. */
interface ErasuresTable {
  userId: string
  messages: 'keep' | 'delete'
  createdAt: number
}

interface UserHeadsTable {
  userId: string
  lastSeq: number
}

/** What concerns one user alone; like `events` it holds references only. */
interface UserEventsTable {
  userId: string
  seq: number
  id: string
  type: UserEventType
  conversationId: string | null
  /** the seq in the conversation's log that it goes with */
  conversationSeq: number | null
  createdAt: number
}
