import { useStore } from '../../client/use-store.ts'

/** The seq of the first unread message that names me, as far as messages are in memory. */
export function useNextMention(conversationId: string): number | null {
  return useStore(({ me, conversations }) => {
    const { mentions = 0, membership, window } = conversations[conversationId] ?? {}
    if (!me || !membership || mentions === 0) return null
    const next = window?.messages.find(
      ({ seq, senderId, mentions: named }) =>
        seq > membership.readSeq && senderId !== me.id && named.includes(me.id),
    )
    return next?.seq ?? null
  })
}
