/** How far I have got: read marks through the outbox, delivered marks by signal, at most one a second. */
import { limits, type Conversation } from '@roost/protocol'

import type { Lifetime } from './lifetime.ts'
import type { Outbox } from './outbox.ts'
import { withConversation } from './store.ts'
import { readLocally } from './unread.ts'

export interface Marks {
  /** I have read up to `seq`. */
  read(conversationId: string, seq: number): void
  /** What others wrote has arrived here: tell them. */
  arrived(conversationId: string): void
  /** The server told of a conversation as it knows it: it may not know yet how far I have read. */
  described(conversationId: string): void
  /** A new connection: signals on the old one may have been lost. */
  connected(): void
}

/** Of delivered marks, in a second: the server drops the frames of those who send too many. */
const signalsAtOnce = 10

export function createMarks(world: {
  life: Lifetime
  outbox: Outbox
  meId: string
  /** False while there is no connection. */
  signal: (frame: { type: 'delivered'; conversationId: string; seq: number }) => boolean
}): Marks {
  const { life, outbox } = world
  const { store, clock } = life
  const delivered = new Map<string, number>()
  /** Conversations signalled within this second, and those that are to be. */
  const signalled = new Set<string>()
  const owed = new Set<string>()

  function read(id: string, seq: number) {
    const mine = store.getState().conversations[id]
    if (!mine?.membership) return
    const upTo = Math.min(seq, mine.lastSeq)
    if (upTo <= Math.max(waitingMark(id), mine.membership.readSeq)) return
    show(id, upTo)
    outbox.add({ type: 'read', conversationId: id, upTo })
  }

  function show(id: string, upTo: number) {
    store.update((state) =>
      withConversation(state, id, (held) => readLocally(held, upTo, world.meId) ?? held),
    )
  }

  /** How far I have read without the server's knowing it yet. */
  function waitingMark(id: string): number {
    const marks = store
      .getState()
      .outbox.flatMap((one) => (one.type === 'read' && one.conversationId === id ? one.upTo : []))
    return Math.max(0, ...marks)
  }

  /** Signals what is owed, within the pace; the rest is signalled a second later. */
  function arrived(id: string) {
    const mine = store.getState().conversations[id]
    if (!mine || !owesDelivery(mine, delivered.get(id) ?? 0)) return
    if (signalled.has(id) || signalled.size >= signalsAtOnce) return void owed.add(id)
    if (!world.signal({ type: 'delivered', conversationId: id, seq: mine.lastSeq })) return
    delivered.set(id, mine.lastSeq)
    signalled.add(id)
    if (signalled.size === 1) clock.after(limits.readMarkEvery, signalOwed)
  }

  function signalOwed() {
    signalled.clear()
    const due = [...owed]
    owed.clear()
    for (const id of due) arrived(id)
  }

  return {
    read,
    arrived,
    described(id) {
      show(id, waitingMark(id))
      arrived(id)
    },
    connected() {
      delivered.clear()
      for (const id of Object.keys(store.getState().conversations)) arrived(id)
    },
  }
}

function owesDelivery(
  {
    membership,
    memberCount,
    lastSeq,
  }: Pick<Conversation, 'membership' | 'memberCount' | 'lastSeq'>,
  signalled: number,
): boolean {
  if (!membership || memberCount > limits.smallRoomMax) return false
  return lastSeq > Math.max(membership.deliveredSeq, signalled)
}
