import type { Message } from '@roost/protocol'
import type { ConversationState } from '@roost/sdk'

/** Whether a message that has just arrived is worth a sound. */
export function shouldSound(
  message: Message,
  conversation: Pick<ConversationState, 'id' | 'membership'>,
  around: {
    readonly meId: string | undefined
    readonly now: number
    /** The conversation that somebody is looking at. */
    readonly watched: string | null
  },
): boolean {
  const { membership } = conversation
  if (!membership || message.kind === 'system' || message.senderId === around.meId) return false
  if (conversation.id === around.watched) return false
  if ((membership.mutedUntil ?? 0) > around.now || membership.notify === 'none') return false
  // What was put away stays so, until somebody calls.
  const onlyCalls = membership.notify === 'mentions' || membership.archivedAt !== null
  return !onlyCalls || message.mentions.some((id) => id === around.meId)
}
