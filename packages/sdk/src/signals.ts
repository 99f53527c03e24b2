/** What is never stored: who is typing, who is here, how far the others have got. */
import { limits, signal as knownSignal, type ClientFrame, type Signal } from '@roost/protocol'

import { stopTyping } from './apply-event.ts'
import type { Lifetime } from './lifetime.ts'
import { withReceipt } from './snapshot.ts'
import type { Presence } from './state.ts'
import { withConversation, withUsers } from './store.ts'

export interface Signals {
  receive(signal: unknown): void
  /** I am typing. */
  typing(conversationId: string): void
  watch(userIds: readonly string[]): void
  /** A new connection: it follows nobody yet. */
  connected(): void
  /** There is none, or none again. */
  lost(): void
}

/** Milliseconds without a connection after which nobody can say who is here. */
const PRESENCE_KEPT = 2_000

export function createSignals(world: {
  life: Lifetime
  meId: string
  send: (frame: ClientFrame) => boolean
  /** These people are spoken of. */
  need: (userIds: readonly string[]) => void
}): Signals {
  const { life, send } = world
  const { store, clock } = life
  const forgetting = new Map<string, () => void>()
  const typedAt = new Map<string, number>()
  let watched: readonly string[] = []
  /** Ends the wait until presence is forgotten. */
  let keepPresence: (() => void) | undefined

  function receive(raw: unknown) {
    const known = knownSignal.safeParse(raw)
    if (!known.success) return
    const signal = known.data
    switch (signal.type) {
      case 'typing':
        return believeTyping(signal)
      case 'presence': {
        const { userId, online, lastSeenAt } = signal
        return setPresence(userId, { online, lastSeenAt })
      }
      case 'user':
        return store.update((state) => withUsers(state, [signal.user]))
      case 'receipt':
        if (signal.userId === world.meId) return
        return store.update((state) =>
          withConversation(state, signal.conversationId, (mine) => {
            const { userId, deliveredSeq, readSeq } = signal
            const receipts = withReceipt(mine.receipts, { userId, deliveredSeq, readSeq })
            return receipts === mine.receipts ? mine : { ...mine, receipts }
          }),
        )
    }
  }

  function believeTyping({ conversationId, userId }: Extract<Signal, { type: 'typing' }>) {
    if (userId === world.meId) return
    const key = `${conversationId} ${userId}`
    forgetting.get(key)?.()
    forgetting.set(
      key,
      clock.after(limits.typingFor, () => {
        forgetting.delete(key)
        store.update((state) =>
          withConversation(state, conversationId, (mine) => stopTyping(mine, userId)),
        )
      }),
    )
    const until = clock.now() + limits.typingFor
    store.update((state) =>
      withConversation(state, conversationId, (mine) => ({
        ...mine,
        typing: { ...mine.typing, [userId]: until },
      })),
    )
    world.need([userId])
  }

  function setPresence(userId: string, presence: Presence) {
    store.update((state) => {
      const held = state.presence[userId]
      if (held?.online === presence.online && held.lastSeenAt === presence.lastSeenAt) return state
      return { ...state, presence: { ...state.presence, [userId]: presence } }
    })
  }

  return {
    receive,
    typing(conversationId) {
      const now = clock.now()
      const mine = store.getState().conversations[conversationId]
      if (!mine?.membership || mine.memberCount > limits.smallRoomMax) return
      if (now - (typedAt.get(conversationId) ?? 0) < limits.typingEvery) return
      if (send({ type: 'typing', conversationId })) typedAt.set(conversationId, now)
    },
    watch(userIds) {
      const next = [...new Set(userIds)].slice(0, limits.watchedUsersMax)
      if (next.length === watched.length && next.every((id, at) => id === watched[at])) return
      watched = next
      send({ type: 'watch', userIds: next })
    },
    connected() {
      keepPresence?.()
      keepPresence = undefined
      if (watched.length > 0) send({ type: 'watch', userIds: [...watched] })
    },
    lost() {
      keepPresence ??= clock.after(PRESENCE_KEPT, () =>
        store.update((state) => ({ ...state, presence: {} })),
      )
    },
  }
}
