/** The frame of most attacks: a server process, three people who talk all the while, and the end. */
import { createChance, type Chance } from '../chance.ts'
import { judge, nothing, type Order, type Outcome } from './attacker.ts'
import { switchOn } from './bug.ts'
import { Chatter, wait } from './chatter.ts'
import type { Line } from './device.ts'
import { startServer } from './server-process.ts'
import { healingTime, Siege } from './siege.ts'

const HOPELESS = 3_000

export interface Scene {
  readonly siege: Siege
  readonly chance: Chance
  /** What the attacker sees to be wrong. */
  readonly found: string[]
  readonly figures: Record<string, string>
}

export interface Besieged {
  /** For the server's process. */
  readonly env?: Readonly<Record<string, string>>
  /** What stands between the people and the server. */
  readonly line?: Partial<Line>
  /** Milliseconds between two things that somebody does. */
  readonly pause?: number
  /** One attack, from trouble to calm. */
  attack(scene: Scene): Promise<void>
  /** After the last attack: nothing may disturb any more. */
  calm?(scene: Scene): Promise<void> | void
  /** Whatever has happened. */
  close?(): Promise<void> | void
}

/** @param prepare makes the attack once the folder is there; `reached` follows when the server listens */
export async function besiege(
  { seed, attacks, progress, bug }: Order,
  prepare: (siege: Siege) => Besieged & { reached?: (url: string) => Promise<string> },
): Promise<Outcome> {
  const chance = createChance(seed)
  const siege = await Siege.lay()
  const besieged = prepare(siege)
  const server = startServer(siege.folder, { ...switchOn(bug), ...besieged.env })
  const scene: Scene = { siege, chance, found: [], figures: {} }
  let isOver = false
  try {
    const url = await server.ready
    siege.url = (await besieged.reached?.(url)) ?? url
    siege.addEverybody(besieged.line)
    await siege.begin()
    const { devices, recorder, town } = siege
    const talk = chance.part('talk')
    const chatter = new Chatter({ devices, roomIds: town.roomIds, recorder, chance: talk })
    const talking = chatter.talk(
      () => isOver,
      () => talk.below(besieged.pause ?? 15),
    )
    for (let attack = 0; attack < attacks; attack += 1) {
      await besieged.attack(scene)
      progress?.()
    }
    await wait(100)
    isOver = true
    await talking
    await besieged.calm?.(scene)
    // What came last has no successor that would reveal its loss, but by the next ping: this is one.
    for (const id of town.roomIds) for (const device of devices) chatter.say(device, id)
    // Of a server that has been found out nobody expects that it gets well.
    const patience = scene.found.length > 0 ? { patience: HOPELESS } : {}
    const history = await siege.settle(patience).catch((error: unknown) => {
      // A server that is not to be spoken to any more has been found out already.
      if (scene.found.length === 0) throw error
      return undefined
    })
    if (!history) return { ...nothing, attacks, sentences: scene.found }
    scene.found.push(...chatter.findForgotten(history))
    const figures = { ...scene.figures, 'level again after': healingTime(history) }
    return judge(history, { attacks, found: scene.found, figures })
  } finally {
    isOver = true
    await server.kill()
    await besieged.close?.()
    siege.end()
  }
}

/** Sends a message past the SDK and says what the server answered; 0 for no answer. */
export async function probe({ siege }: Scene, body: string): Promise<number> {
  const [person] = siege.town.people
  const [roomId] = siege.town.roomIds
  if (!person || roomId === undefined) throw new Error('Nobody lives here.')
  const device = 'probe'
  siege.recorder.devices[device] = { userId: person.id, inOrder: false }
  return siege.sendPast({ device, person, roomId, body })
}
