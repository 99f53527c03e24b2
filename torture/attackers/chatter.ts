/** People who talk: sends above all, and edits, deletions, reactions and read marks among them. */
import type { Chance } from '../chance.ts'
import type { History } from '../checker/history.ts'
import { letGo } from '../refusals.ts'
import type { Device } from './device.ts'
import type { Recorder } from './recorder.ts'

/** Writes that wait on one device: what came after a long outage would be measured by its backlog. */
const PATIENCE = 25
const EMOJI = ['👍', '🎉', '😀']

interface Said {
  readonly id: string
  readonly conversationId: string
  readonly device: Device
}

export class Chatter {
  readonly #devices: readonly Device[]
  readonly #roomIds: readonly string[]
  readonly #recorder: Recorder
  readonly #chance: Chance
  readonly #patience: number
  readonly #said: Said[] = []
  readonly #heard: readonly Said[] = []
  readonly #deleted = new Set<string>()
  #count = 0

  constructor(options: {
    devices: readonly Device[]
    roomIds: readonly string[]
    recorder: Recorder
    chance: Chance
    /** With how many writes waiting on one device people wait themselves. */
    patience?: number
    /** Whose messages these people know as well. */
    others?: Chatter
  }) {
    this.#devices = options.devices
    this.#roomIds = options.roomIds
    this.#recorder = options.recorder
    this.#chance = options.chance
    this.#patience = options.patience ?? PATIENCE
    const { others } = options
    if (!others) return
    this.#count = others.#count + 10_000
    this.#heard = others.#said
  }

  /** Somebody does something. */
  step(): void {
    const chance = this.#chance
    const said = this.#said.at(-1 - chance.below(20)) ?? this.#heard.at(-1 - chance.below(20))
    const kind = said ? chance.below(100) : 0
    if (kind < 72 || !said) this.say(chance.pick(this.#devices), chance.pick(this.#roomIds))
    else if (kind < 80) this.#edit(said)
    else if (kind < 84) this.#delete(said)
    else if (kind < 95) this.#react(said)
    else this.#read(chance.pick(this.#devices), said.conversationId)
  }

  /** Every message has a word that no other has: `wordOf` its number. */
  say(device: Device, conversationId: string): string {
    const body = `${device.person.username} says ${wordOf(this.#count)}`
    this.#count += 1
    const id = device.client.send(conversationId, { body })
    this.#recorder.place(id, conversationId)
    this.#said.push({ id, conversationId, device })
    return id
  }

  /** What was said and never taken back, and is in no log: no outbox may forget anything. */
  findForgotten({ server }: History): string[] {
    const there = new Set(server.conversations.flatMap(({ events }) => events.map(({ id }) => id)))
    return this.#said
      .filter(({ id }) => !there.has(id) && !this.#deleted.has(id))
      .map(({ id, device }) => `${device.name} said ${id}, and it never got to the server.`)
  }

  /** Steps with pauses between them until `isOver`; people wait when much has not got through. */
  async talk(isOver: () => boolean, pause: () => number = () => this.#chance.below(12)) {
    while (!isOver()) {
      const waiting = this.#devices.map(({ client }) => client.getState().outbox.length)
      if (Math.max(...waiting) < this.#patience) this.step()
      await wait(pause())
    }
  }

  #edit({ device, conversationId, id }: Said): void {
    const body = `${device.person.username} corrects ${wordOf(this.#count)}`
    this.#count += 1
    letGo(device.client.editMessage(conversationId, id, { body }))
  }

  #delete({ device, conversationId, id }: Said): void {
    this.#deleted.add(id)
    letGo(device.client.deleteMessage(conversationId, id))
  }

  #react({ conversationId, id }: Said): void {
    const device = this.#chance.pick(this.#devices)
    const emoji = this.#chance.pick(EMOJI)
    const on = this.#chance.happens(0.8)
    letGo(device.client.react(conversationId, id, emoji, on))
  }

  #read(device: Device, conversationId: string): void {
    const lastSeq = device.client.getState().conversations[conversationId]?.lastSeq ?? 0
    if (lastSeq > 0) device.client.markRead(conversationId, lastSeq)
  }
}

/** One word of letters, for the search to find it whole. */
function wordOf(count: number): string {
  const letters = count
    .toString(10)
    .split('')
    .map((digit) => 'bdfgklmnpr'[Number(digit)] ?? 'b')
  return `q${letters.join('a')}x`
}

export const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
