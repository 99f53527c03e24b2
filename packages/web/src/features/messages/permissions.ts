/** What I may do with a message. The server decides; this is what is offered. */
import type { ConversationState, PendingMessage } from '@roost/sdk'

import { isSystem, type Post } from '../timeline/build-rows.ts'

/** What of the client's state decides. */
interface State {
  readonly me: { readonly id: string } | null
  readonly conversations: Readonly<
    Record<string, Pick<ConversationState, 'kind' | 'archivedAt' | 'membership'>>
  >
}

/** Stored, from a person, and not deleted. */
function isLive(post: Post): boolean {
  return !('clientId' in post) && post.kind !== 'system' && post.deletedAt === undefined
}

/** Whether messages can be written here: I am a member, and the room is not archived. */
function canWrite(state: State, conversationId: string): boolean {
  const conversation = state.conversations[conversationId]
  return Boolean(conversation?.membership) && conversation?.archivedAt === null
}

/** To answer or to react. */
export function canRespond(state: State, post: Post): boolean {
  return isLive(post) && canWrite(state, post.conversationId)
}

/** My own words, also while they are on their way. What was refused is there to be sent again as it is. */
export function canEdit(state: State, post: Post): boolean {
  if ('clientId' in post)
    return !post.failed && state.conversations[post.conversationId]?.archivedAt === null
  return post.kind === 'text' && canRespond(state, post) && post.senderId === state.me?.id
}

/** My own, and in a room that I administer everybody's. */
export function canDelete(state: State, post: Post): boolean {
  if ('clientId' in post) return true
  const conversation = state.conversations[post.conversationId]
  const role = conversation?.membership?.role
  if (!isLive(post) || role === undefined) return false
  const moderator = conversation?.kind === 'room' && role !== 'member'
  return post.senderId === state.me?.id || moderator
}

/** Of mine, who has it; of anybody's, who reacted to it. */
export function canInspect(state: State, post: Post): boolean {
  if ('clientId' in post || !isLive(post)) return false
  return post.senderId === state.me?.id || post.reactions.length > 0
}

/** Whether the server has refused it. */
export function canRetry(post: Post): post is PendingMessage {
  return 'clientId' in post && post.failed !== undefined
}

export function canCopy(post: Post): boolean {
  return !isSystem(post) && post.body !== ''
}
