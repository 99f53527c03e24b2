/** What people of a cluster say to each other, and whether they hear it. */
import { uuidv7 } from '@roost/protocol'

import type { Chance } from '../../chance.ts'
import { LEVEL_WITHIN } from '../../checker/convergence.ts'
import { findUnsettled } from '../../final-state.ts'
import { wait, type Chatter } from '../chatter.ts'
import type { Device } from '../device.ts'
import type { Scene } from './troubles.ts'

/** Milliseconds between two things that somebody does, at most. */
const PAUSE = 20
/** Milliseconds for what nobody has promised to be fast. */
const LONG = 30_000
/** Entries of the history, and milliseconds, after which enough has been said. */
const ENOUGH = { least: 40, more: 360, within: 3_000 }

export class Talk {
  readonly chatter: Chatter
  readonly #chance: Chance
  #isOver = true
  #talking = Promise.resolve()

  constructor(chatter: Chatter, chance: Chance) {
    this.chatter = chatter
    this.#chance = chance
  }

  /** Everybody talks until they are hushed. Resolves when something has been said. */
  async goOn({ siege, chance }: Pick<Scene, 'siege' | 'chance'>): Promise<void> {
    if (this.#isOver) {
      this.#isOver = false
      this.#talking = this.chatter.talk(
        () => this.#isOver,
        () => this.#chance.below(PAUSE),
      )
    }
    const { entries } = siege.recorder
    const enough = entries.length + ENOUGH.least + chance.below(ENOUGH.more)
    const until = performance.now() + ENOUGH.within
    while (entries.length < enough && performance.now() < until) await wait(5)
  }

  async hush(): Promise<void> {
    this.#isOver = true
    await this.#talking
  }
}

interface Words {
  readonly words: number
  readonly when: string
  /** What happens while a word is said. */
  readonly around?: (say: () => string) => Promise<string>
}

/**
 * In silence, so that nothing which follows can reveal that it was missed: somebody says a word, and
 * all must hear it soon after it is stored, wherever they are connected.
 */
export async function speakAndListen(
  scene: Scene,
  { words, when, around = async (say) => say() }: Words,
): Promise<void> {
  const { siege, talk, chance, found } = scene
  await talk.hush()
  const isSent = ({ client }: Device) => findUnsettled(client.getState()).length === 0
  await allWithin(siege.devices, isSent, LONG)
  for (let word = 0; word < words && found.length === 0; word += 1) {
    const speaker = chance.pick(siege.devices)
    const roomId = chance.pick(siege.town.roomIds)
    const id = await around(() => talk.chatter.say(speaker, roomId))
    const shows = ({ client }: Device) =>
      client.getState().conversations[roomId]?.window?.messages.some((one) => one.id === id) ??
      false
    await allWithin([speaker], isSent, LONG)
    const deaf = await allWithin(siege.devices, shows, LEVEL_WITHIN)
    if (deaf.length === 0) continue
    const names = deaf.map(({ name }) => name).join(', ')
    found.push(
      `${when} ${speaker.name} said ${id}, and ${LEVEL_WITHIN} ms later ${names} had not heard it.`,
    )
  }
  await talk.goOn(scene)
}

/** Resolves to those of whom it does not hold in time. */
async function allWithin(
  devices: readonly Device[],
  holds: (device: Device) => boolean,
  within: number,
): Promise<readonly Device[]> {
  const until = performance.now() + within
  for (;;) {
    const others = devices.filter((device) => !holds(device))
    if (others.length === 0 || performance.now() > until) return others
    await wait(10)
  }
}

/** Whoever has sent to one process looks at another, and must be shown their own. */
export async function lookElsewhere({ siege, neighbourhood, chance }: Scene): Promise<void> {
  const { recorder, town } = siege
  const person = chance.pick(town.people)
  const device = `${person.username} past the SDK`
  recorder.devices[device] = { userId: person.id, inOrder: false }
  for (const { url } of neighbourhood.members) {
    const roomId = chance.pick(town.roomIds)
    const body = `seen from elsewhere ${recorder.entries.length}`
    await siege.sendPast({ device, person, roomId, body, url })
    for (const other of neighbourhood.members) {
      if (!other.isThere) continue
      const op = uuidv7(Date.now(), Math.random)
      const write = { type: 'look' } as const
      recorder.invoke({ clientId: op, device, conversationId: roomId, write })
      await siege.askPast({ op, person, url: `${other.url}/api/v1/conversations/${roomId}` })
    }
  }
}
