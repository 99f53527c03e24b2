/** Opening direct chats and making rooms. */
import { fold, type CreateConversation } from '@roost/protocol'
import { seeded } from '@roost/protocol/seeded-bugs'

import { newId, type Core } from '../core.ts'
import { AppError, conflict } from '../errors.ts'
import { setRoomWords } from '../name-words.ts'
import type { Tx } from '../storage/database.ts'
import { isUniqueViolation } from '../storage/errors.ts'
import { directKeyOf, toBase } from './conversation-rows.ts'
import { appendEvent, hashRequest } from './events.ts'
import { findRepeat } from './repeats.ts'
import { writeSystemMessage } from './system-messages.ts'
import { appendUserEvent } from './user-events.ts'
import { readSight } from './visible-seqs.ts'

export interface Created {
  readonly conversationId: string
  /** False when it was there already. */
  readonly created: boolean
}

export function createConversation(
  core: Core,
  userId: string,
  input: CreateConversation,
): Promise<Created> {
  return input.kind === 'direct'
    ? openDirect(core, { userId, otherId: input.userId, clientId: input.clientId })
    : createRoom(core, userId, input)
}

/** Finds the chat of two people, or makes it. With oneself it is notes to self. */
async function openDirect(
  core: Core,
  request: { userId: string; otherId: string; clientId: string | undefined },
): Promise<Created> {
  const { userId, otherId } = request
  const id = request.clientId ?? newId(core)
  const directKey = directKeyOf(userId, otherId)
  const requestHash = hashRequest('direct', directKey)
  return core.database.write(async (tx) => {
    await findRepeat(core, tx, { id, actorId: userId, requestHash })
    const existing = await tx.db
      .selectFrom('conversations')
      .select('id')
      .where('directKey', '=', directKey)
      .executeTakeFirst()
    if (existing) return { conversationId: existing.id, created: false }
    await requirePeople(tx, [...new Set([userId, otherId])], 'userId')
    await insertConversation(core, tx, {
      id,
      creatorId: userId,
      row: {
        kind: 'direct',
        name: null,
        topic: null,
        visibility: 'private',
        history: 'all',
        directKey,
      },
      members: [...new Set([userId, otherId])],
      requestHash,
    })
    return { conversationId: id, created: true }
  })
}

async function createRoom(
  core: Core,
  userId: string,
  input: Extract<CreateConversation, { kind: 'room' }>,
): Promise<Created> {
  const { name, topic = null, visibility } = input
  const history = input.history ?? (visibility === 'public' ? 'all' : 'sinceJoin')
  const id = input.clientId ?? newId(core)
  const members = [...new Set([userId, ...(input.userIds ?? [])])].toSorted()
  const requestHash = hashRequest('room', name, topic, visibility, history, members)
  return core.database.write(async (tx) => {
    const repeat = await findRepeat(core, tx, { id, actorId: userId, requestHash })
    if (repeat) return { conversationId: repeat.conversationId, created: false }
    await requirePeople(tx, members, 'userIds')
    await insertConversation(core, tx, {
      id,
      creatorId: userId,
      row: { kind: 'room', name, topic, visibility, history, directKey: null },
      members,
      requestHash,
    })
    return { conversationId: id, created: true }
  })
}

/**
 * Imported authors and erased accounts are nobody to talk to, and a disabled account would not hear:
 * what they are in already stays.
 */
export async function requirePeople(
  tx: Tx,
  ids: readonly string[],
  field: 'userId' | 'userIds',
): Promise<void> {
  const people = await tx.db
    .selectFrom('users')
    .select('banned')
    .where('id', 'in', ids)
    .where('kind', 'in', ['person', 'bot'])
    .execute()
  if (people.length < ids.length)
    throw new AppError('not_found', 'There is no such person.', { field })
  if (people.some(({ banned }) => banned !== 0))
    throw new AppError('forbidden', 'This account is disabled: nobody can be reached there.', {
      field,
      reason: 'account_disabled',
    })
}

async function insertConversation(
  core: Core,
  tx: Tx,
  conversation: {
    /** Of the conversation, and of the event that makes it. */
    id: string
    creatorId: string
    row: {
      kind: 'direct' | 'room'
      name: string | null
      topic: string | null
      visibility: 'public' | 'private'
      history: 'all' | 'sinceJoin'
      directKey: string | null
    }
    members: readonly string[]
    requestHash: string
  },
): Promise<void> {
  const { id, creatorId, row, members, requestHash } = conversation
  const at = core.now()
  const full = {
    ...row,
    id,
    memberCount: members.length,
    picture: null,
    archivedAt: null,
    createdAt: at,
  }
  await tx.db
    .insertInto('conversations')
    .values({
      ...full,
      searchName: fold(row.name ?? ''),
      importKey: null,
      lastSeq: 0,
      lastActivityAt: at,
    })
    .execute()
    .catch((error: unknown) => {
      // An imported room has an id of its own, with no event of that id to be found by.
      throw isUniqueViolation(error) ? conflict() : error
    })
  if (row.kind === 'room') await setRoomWords(tx, { ...row, id })
  const event = { conversationId: id, id, actorId: creatorId, requestHash, at } as const
  const seq = await appendEvent(
    core,
    tx,
    { ...event, type: 'conversation.created' },
    async (seq) => ({
      id,
      type: 'conversation.created',
      actorId: creatorId,
      createdAt: at,
      conversation: toBase(full),
      ...(row.kind === 'room' && {
        message: await writeSystemMessage(tx, {
          conversationId: id,
          seq,
          id,
          senderId: creatorId,
          content: { action: 'created' },
          at,
        }),
      }),
    }),
  )
  for (const userId of members.toSorted()) {
    const role = row.kind === 'room' && userId === creatorId ? 'owner' : 'member'
    await insertMembership(core, tx, {
      conversationId: id,
      userId,
      role,
      fromSeq: seq,
      history: row.history,
    })
  }
}

/** Makes someone a member from an event on, or a member again. What came before counts as read. */
export async function insertMembership(
  core: Core,
  tx: Tx,
  membership: {
    conversationId: string
    userId: string
    role: 'owner' | 'admin' | 'member'
    fromSeq: number
    history: 'all' | 'sinceJoin'
  },
): Promise<void> {
  const { conversationId, userId, role, fromSeq, history } = membership
  const marks = { role, readSeq: fromSeq, deliveredSeq: fromSeq, leftSeq: null }
  await tx.db
    .insertInto('memberships')
    .values({
      conversationId,
      userId,
      ...marks,
      mutedUntil: null,
      pinnedAt: null,
      archivedAt: null,
    })
    .onConflict((c) => c.columns(['conversationId', 'userId']).doUpdateSet(marks))
    .execute()
  await tx.db
    .insertInto('membershipIntervals')
    .values({ conversationId, userId, fromSeq, toSeq: null })
    .execute()
  if (seeded?.('joining-not-told')) return
  await appendUserEvent(core, tx, {
    userId,
    id: newId(core),
    type: 'conversation.joined',
    conversationId,
    conversationSeq: fromSeq,
    sight: await readSight(tx.db, { conversationId, viewer: { userId, history } }),
  })
}
