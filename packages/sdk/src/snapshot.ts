/** Conversations as the server describes them, taken into the state without losing what is newer. Pure. */
import { limits, type Conversation, type Receipt } from '@roost/protocol'

import { share } from './share.ts'
import type { ConversationState, MessageWindow, State } from './state.ts'
import { putConversations } from './store.ts'

/**
 * Takes in a conversation read from the server. One that is behind ours gives only what is not in the
 * log (receipts, my settings); so does one ahead of ours while we hold messages, because what those
 * missed has to come through the log. Its read mark is applied apart: see `applyReadMark`.
 */
function mergeSnapshot(
  mine: ConversationState | undefined,
  theirs: Conversation,
): ConversationState {
  if (!mine) return describe(theirs, {})
  if (!mine.membership || !theirs.membership) return replaceView(mine, theirs)
  const receipts = mergeReceipts(mine, theirs)
  if (theirs.lastSeq === mine.lastSeq || (theirs.lastSeq > mine.lastSeq && !mine.window)) {
    const readAhead = mine.membership.readSeq > theirs.membership.readSeq
    return {
      ...theirs,
      receipts,
      typing: mine.typing,
      ...(mine.window && { window: mine.window }),
      ...(theirs.lastSeq === mine.lastSeq && mine.recent && { recent: mine.recent }),
      membership: mergeMarks(mine.membership, theirs.membership),
      ...(readAhead && { unread: mine.unread, mentions: mine.mentions }),
    }
  }
  const { role, notify, mutedUntil, pinnedAt, archivedAt } = theirs.membership
  const membership = { ...mine.membership, role, notify, mutedUntil, pinnedAt, archivedAt }
  return { ...mine, receipts, membership }
}

export function insertConversations(state: State, theirs: readonly Conversation[]): State {
  const merged = theirs.flatMap((conversation) => {
    const mine = state.conversations[conversation.id]
    const next = share(mine, mergeSnapshot(mine, conversation))
    return next === mine ? [] : next
  })
  return putConversations(state, merged)
}

/** The same conversation read anew, in place of ours whatever its cursor, with its messages. */
export function replaceConversation(
  mine: ConversationState | undefined,
  theirs: Conversation,
  window: MessageWindow | undefined,
): ConversationState {
  const fresh = describe(theirs, mine?.typing ?? {})
  return window ? { ...fresh, window } : fresh
}

function describe(
  conversation: Conversation,
  typing: ConversationState['typing'],
): ConversationState {
  return { ...conversation, receipts: byUser(conversation.receipts), typing }
}

/** I have joined or left: other rights, another view. The messages stay until they are read anew. */
function replaceView(mine: ConversationState, theirs: Conversation): ConversationState {
  const fresh = describe(theirs, mine.typing)
  if (!mine.window) return fresh
  const messages = mine.window.messages.filter(({ seq }) => seq <= theirs.lastSeq)
  const behind = (messages.at(-1)?.seq ?? 0) < (theirs.lastMessage?.seq ?? 0)
  const window = { ...mine.window, messages, hasAfter: mine.window.hasAfter || behind }
  return { ...fresh, window }
}

/** A list of receipts is complete or empty: empty may mean "not told here". Marks only grow. */
function mergeReceipts(
  mine: ConversationState,
  theirs: Conversation,
): ConversationState['receipts'] {
  const newer = theirs.lastSeq >= mine.lastSeq
  if (newer && theirs.memberCount > limits.smallRoomMax) return {}
  if (theirs.receipts.length === 0) return mine.receipts
  const told = byUser(theirs.receipts)
  const left = Object.keys(mine.receipts).filter((userId) => newer && !told[userId])
  const stayed =
    left.length === 0
      ? mine.receipts
      : Object.fromEntries(Object.entries(mine.receipts).filter(([userId]) => told[userId]))
  return theirs.receipts.reduce(withReceipt, stayed)
}

/** Raises one person's marks. */
export function withReceipt(
  receipts: ConversationState['receipts'],
  { userId, deliveredSeq, readSeq }: Receipt,
): ConversationState['receipts'] {
  const held = receipts[userId]
  if (held && held.deliveredSeq >= deliveredSeq && held.readSeq >= readSeq) return receipts
  return {
    ...receipts,
    [userId]: {
      userId,
      deliveredSeq: Math.max(held?.deliveredSeq ?? 0, deliveredSeq),
      readSeq: Math.max(held?.readSeq ?? 0, readSeq),
    },
  }
}

function byUser(receipts: readonly Receipt[]): ConversationState['receipts'] {
  return Object.fromEntries(receipts.map((receipt) => [receipt.userId, receipt]))
}

type Membership = NonNullable<Conversation['membership']>

function mergeMarks(mine: Membership, theirs: Membership): Membership {
  return {
    ...theirs,
    readSeq: Math.max(mine.readSeq, theirs.readSeq),
    deliveredSeq: Math.max(mine.deliveredSeq, theirs.deliveredSeq),
  }
}

/** Whether everybody's marks are known, as far as they are ever told. */
export function completeReceipts({ memberCount, receipts }: ConversationState): boolean {
  return memberCount > limits.smallRoomMax || Object.keys(receipts).length >= memberCount - 1
}
