/** The people, browsers and rooms of a run: four rooms to begin with, and those that are made in it. */
import { createConversation } from '../../packages/server/src/messaging/conversations.ts'
import { Browser } from './browser.ts'
import { Device } from './device.ts'
import type { Person } from './model-server.ts'
import { Recorder } from './recorder.ts'
import type { Stage } from './stage.ts'

const NAMES = ['alice', 'bob', 'carol']
/** Of the rooms made in a run, those that people still do something in. */
const NEWEST = 2

export class World {
  readonly stage: Stage
  readonly chance: () => number
  readonly recorder = new Recorder()
  readonly people: Person[] = []
  /** A phone for each of them, then a laptop for each. */
  readonly browsers: Browser[] = []
  /** A tab in each browser, then a second one in some. */
  readonly devices: Device[] = []
  readonly #first: string[] = []

  constructor(stage: Stage, chance: () => number) {
    this.stage = stage
    this.chance = chance
  }

  async settle(): Promise<void> {
    const { server, time } = this.stage
    server.reports.length = 0
    for (const name of NAMES) {
      this.people.push(await server.settle(name))
      await time.pass(1)
    }
    await this.#makeRooms()
    const owners = [...this.people, ...this.people]
    const sessions = await server.openSessions(owners)
    const world = { time, server, chance: this.chance, recorder: this.recorder }
    for (const [at, person] of owners.entries()) {
      const session = sessions[at]
      if (session) this.browsers.push(new Browser(person, session, world))
    }
    const open = (browser: Browser, what: string) =>
      this.devices.push(new Device(`${browser.person.name}’s ${what}`, browser, world))
    for (const [at, browser] of this.browsers.entries())
      open(browser, at < NAMES.length ? 'phone' : 'laptop')
    for (const browser of this.browsers.slice(0, 2)) open(browser, 'second tab')
    for (const device of this.devices.slice(0, NAMES.length)) void device.client
    await time.pass(2_000)
  }

  async #makeRooms(): Promise<void> {
    const { server, time } = this.stage
    const [alice, bob, carol] = this.people.map(({ id }) => id)
    if (alice === undefined || bob === undefined || carol === undefined) throw new Error('Nobody.')
    const room = { kind: 'room', visibility: 'private', history: 'sinceJoin' } as const
    const open = { ...room, visibility: 'public', history: 'all' } as const
    const family = { ...room, history: 'all' } as const
    const rooms = [
      { ...room, name: 'Cellar', userIds: [bob] },
      { ...open, name: 'Market', userIds: [bob] },
      { kind: 'direct', userId: bob } as const,
      { ...family, name: 'Family', userIds: [bob, carol] },
    ]
    for (const input of rooms) {
      const { conversationId } = await createConversation(server.app.core, alice, input)
      this.#first.push(conversationId)
      await time.pass(1)
    }
  }

  /** Undefined for one that is not made yet. */
  roomAt(place: number): string | undefined {
    return [...this.#first, ...this.recorder.made.slice(-NEWEST).toReversed()][place]
  }

  /** How far each conversation had got when the recording began; one may have been asked for in vain. */
  get before(): ReadonlyMap<string, number> {
    return new Map([
      ...this.#first.map((id) => [id, 1] as const),
      ...this.recorder.made.map((id) => [id, 0] as const),
    ])
  }

  /** Devices that nobody has touched are never switched on. */
  get used(): Device[] {
    return this.devices.filter(({ isNew }) => !isNew)
  }

  tabsOf(browser: Browser): Device[] {
    return this.used.filter((device) => device.browser === browser)
  }
}
