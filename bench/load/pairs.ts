/**
 * People who write to each other, two by two. Closed: each says the next thing once the last has been
 * acknowledged and heard. Open: things are said at moments that were fixed beforehand, however long the
 * system takes, and count from those: a system that stalls is not asked less (coordinated omission).
 */
import { setTimeout as pause } from 'node:timers/promises'

import { cpuOf, memoryOf } from '../processes.ts'
import type { Client, Running } from '../system.ts'
import { Latencies, type Spread } from './latencies.ts'
import { WORDS } from './words.ts'

export interface Figures {
  /** Acknowledged and heard by the other, in a second. */
  readonly perSecond: number
  /** Microseconds of all its processes for each. */
  readonly cpu: number
  /** Bytes at the end. */
  readonly memory: number
  /** From the moment at which it was to be said until it was heard. */
  readonly delivery: Spread
  /** Of those, until it was acknowledged. */
  readonly acknowledgement: Spread
}

const DRAIN = 30_000

class Conversation {
  readonly delivery = new Latencies()
  readonly acknowledgement = new Latencies()
  readonly #pending = new Map<string, { since: number; heard: () => void }>()
  heard = 0

  constructor(clients: readonly Client[]) {
    for (const client of clients)
      client.onText = (text) => {
        const key = text.slice(0, text.indexOf(' '))
        const said = this.#pending.get(key)
        // One's own, which some systems bring as well, and what was said before a pause.
        if (!said) return
        this.#pending.delete(key)
        this.heard++
        this.delivery.record(performance.now() - said.since)
        said.heard()
      }
  }

  /** Resolves when it was acknowledged and heard. */
  async say(client: Client, { to, key, since }: { to: number; key: string; since: number }) {
    const heard = new Promise<void>((resolve) => this.#pending.set(key, { since, heard: resolve }))
    await client.send(to, `${key} ${WORDS}`)
    this.acknowledgement.record(performance.now() - since)
    await heard
  }
}

interface Load {
  readonly running: Running
  /** An even number, each two of whom write to each other. */
  readonly clients: readonly Client[]
  readonly seconds: number
}

/** As many at once as there are clients. */
export async function talkClosed({ running, clients, seconds }: Load): Promise<Figures> {
  return measure({ running, clients, seconds }, async (talk, isOver) => {
    let count = 0
    const speak = async (client: Client, person: number) => {
      while (!isOver()) {
        const since = performance.now()
        await talk.say(client, { to: person ^ 1, key: `c${person}-${count++}`, since })
      }
    }
    await Promise.all(clients.map(speak))
  })
}

/** @param perSecond in all, evenly spread */
export async function talkOpen({
  perSecond,
  ...load
}: Load & { perSecond: number }): Promise<Figures> {
  const { clients } = load
  return measure(load, async (talk, isOver) => {
    const begun = performance.now()
    const said: Promise<void>[] = []
    for (let count = 0; !isOver();) {
      // The first at once: whoever waited for the next moment would be late by one with all of them.
      const due = Math.floor(((performance.now() - begun) / 1_000) * perSecond) + 1
      for (; count < due; count++) {
        const person = count % clients.length
        const client = clients[person]
        if (!client) throw new Error('Nobody is there to speak.')
        const since = begun + (count / perSecond) * 1_000
        said.push(talk.say(client, { to: person ^ 1, key: `o${count}`, since }))
      }
      await pause(1)
    }
    const isLate = pause(DRAIN, true, { ref: false })
    if (await Promise.race([Promise.all(said).then(() => false), isLate]))
      throw new Error(`Not all messages were heard within ${DRAIN / 1_000} seconds.`)
  })
}

async function measure(
  { running, clients, seconds }: Load,
  talk: (conversation: Conversation, isOver: () => boolean) => Promise<void>,
): Promise<Figures> {
  const pids = running.pids()
  const conversation = new Conversation(clients)
  const [cpu, from] = [cpuOf(pids), performance.now()]
  const until = from + seconds * 1_000
  await talk(conversation, () => performance.now() >= until)
  const took = (performance.now() - from) / 1_000
  return {
    perSecond: conversation.heard / took,
    cpu: ((cpuOf(pids) - cpu) / Math.max(1, conversation.heard)) * 1_000_000,
    memory: memoryOf(pids),
    delivery: conversation.delivery.read(),
    acknowledgement: conversation.acknowledgement.read(),
  }
}
