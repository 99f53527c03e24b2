/** A device of somebody: the real SDK on a line of its own, with a storage that outlives crashes. */
import { createClient, type Client, type ClientStorage } from '@roost/sdk'

import type { FinalState } from '../checker/history.ts'
import { readFinal } from '../final-state.ts'
import { ADDRESS, Line } from './line.ts'
import type { ModelServer, Person } from './model-server.ts'
import type { Recorder } from './recorder.ts'
import type { VirtualTime } from './virtual-time.ts'

interface World {
  readonly time: VirtualTime
  readonly server: ModelServer
  readonly chance: () => number
  readonly recorder: Recorder
}

export class Device {
  readonly name: string
  readonly person: Person
  readonly line: Line
  readonly #world: World
  readonly #stored = new Map<string, unknown>()
  /** The conversations that it has known in one of its lives. */
  readonly #known = new Set<string>()
  #client: Client | undefined
  #endLife = () => {}

  constructor(name: string, person: Person, world: World) {
    this.name = name
    this.person = person
    this.#world = world
    world.recorder.devices[name] = { userId: person.id, inOrder: true }
    this.line = new Line({ ...world, listener: world.recorder.listenTo(name) })
  }

  get isOn(): boolean {
    return this.#client !== undefined
  }

  get client(): Client {
    this.#client ??= this.#start()
    return this.#client
  }

  /** Gone between two instructions, and started again with what storage has got by then. */
  crash(): void {
    this.#endLife()
    this.#client?.stop()
    this.line.breakSockets()
    this.#client = undefined
    void this.client
  }

  stop(): void {
    this.#endLife()
    this.#client?.stop()
    this.line.breakSockets()
  }

  #start(): Client {
    const { time, chance, recorder } = this.#world
    let isAlive = true
    const client = createClient({
      baseUrl: ADDRESS,
      token: this.person.token,
      fetch: async (url, init) => {
        const response = await this.line.fetch(url, init)
        // A process that is gone does not go on with what it is told.
        return isAlive ? response : new Promise<Response>(() => {})
      },
      openSocket: this.line.openSocket,
      clock: { now: time.now, after: (ms, act) => time.after(ms, act) },
      random: chance,
      storage: this.#storage(() => isAlive),
      cache: true,
    })
    const stopWatching = recorder.watch(this.name, client, this.#known)
    this.#endLife = () => {
      isAlive = false
      stopWatching()
    }
    client.start().catch((error: unknown) => {
      if (isAlive) throw error
    })
    return client
  }

  /** Writing takes a moment; a crash before its end leaves things as they were. */
  #storage(isAlive: () => boolean): ClientStorage {
    const { time, chance } = this.#world
    const slowly = () => time.pause(Math.floor(chance() * 20))
    let last = Promise.resolve()
    return {
      read: async (prefix) => {
        await slowly()
        return [...this.#stored]
          .filter(([key]) => key.startsWith(prefix))
          .toSorted(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, value]) => [key, JSON.parse(String(value)) as unknown] as const)
      },
      write: (changes) => {
        const texts = changes.map(
          ([key, value]) => [key, value === null ? null : JSON.stringify(value)] as const,
        )
        last = last.then(slowly).then(() => {
          if (!isAlive()) return
          for (const [key, text] of texts)
            if (text === null) this.#stored.delete(key)
            else this.#stored.set(key, text)
        })
        return last
      },
    }
  }

  final(at: number): FinalState {
    return readFinal(this.client.getState(), { device: this.name, at })
  }
}
