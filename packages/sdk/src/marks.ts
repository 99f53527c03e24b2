/** How far I have got: read marks by request, delivered marks by signal, each at most one a second. */
import { limits, type Conversation } from '@roost/protocol'

import { backOffAfter } from './back-off.ts'
import { isTemporary } from './errors.ts'
import type { Lifetime } from './lifetime.ts'
import type { Log } from './log.ts'
import type { Rest } from './rest.ts'
import { withConversation } from './store.ts'
import { readLocally } from './unread.ts'

export interface Marks {
  /** I have read up to `seq`. */
  read(conversationId: string, seq: number): void
  /** What others wrote has arrived here: tell them. */
  arrived(conversationId: string): void
  /** A new connection: signals on the old one may have been lost. */
  connected(): void
}

/** Of delivered marks, in a second: the server drops the frames of those who send too many. */
const signalsAtOnce = 10

interface ReadLane {
  /** The highest seq asked for, and the highest that the server has confirmed. */
  wanted: number
  told: number
  busy: boolean
  failures: number
  stopWaiting: (() => void) | null
}

export function createMarks(world: {
  life: Lifetime
  rest: Rest
  log: Log
  random: () => number
  meId: string
  /** False while there is no connection. */
  signal: (frame: { type: 'delivered'; conversationId: string; seq: number }) => boolean
}): Marks {
  const { life, rest, log } = world
  const { store, clock } = life
  const lanes = new Map<string, ReadLane>()
  const delivered = new Map<string, number>()
  /** Conversations signalled within this second, and those that are to be. */
  const signalled = new Set<string>()
  const owed = new Set<string>()

  function read(id: string, seq: number) {
    const mine = store.getState().conversations[id]
    if (!mine?.membership) return
    const upTo = Math.min(seq, mine.lastSeq)
    const lane = lanes.get(id) ?? newLane(mine.membership.readSeq)
    lanes.set(id, lane)
    if (upTo <= Math.max(lane.wanted, mine.membership.readSeq)) return
    lane.wanted = upTo
    store.update((state) =>
      withConversation(state, id, (held) => readLocally(held, upTo, world.meId) ?? held),
    )
    void tell(id, lane)
  }

  async function tell(id: string, lane: ReadLane) {
    if (lane.busy || lane.stopWaiting || lane.told >= lane.wanted) return
    lane.busy = true
    const seq = lane.wanted
    let pause: number = limits.readMarkEvery
    try {
      const mark = await rest.call('markRead', { params: { id }, body: { seq } })
      lane.told = Math.max(seq, mark.readSeq)
      lane.failures = 0
      log.mark(id, mark)
    } catch (error) {
      if (!isTemporary(error)) lane.told = seq
      else {
        lane.failures += 1
        pause = Math.max(pause, backOffAfter(error, lane.failures, world.random()))
      }
    }
    lane.busy = false
    lane.stopWaiting = clock.after(pause, () => {
      lane.stopWaiting = null
      void tell(id, lane)
    })
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
    connected() {
      delivered.clear()
      for (const id of Object.keys(store.getState().conversations)) arrived(id)
      for (const [id, lane] of lanes) {
        if (lane.failures === 0) continue
        lane.stopWaiting?.()
        lane.stopWaiting = null
        void tell(id, lane)
      }
    },
  }
}

function newLane(readSeq: number): ReadLane {
  return { wanted: readSeq, told: readSeq, busy: false, failures: 0, stopWaiting: null }
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
