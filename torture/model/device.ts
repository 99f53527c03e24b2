/** A tab of a browser: the real SDK, on a line of its own. */
import { createClient, type Client } from '@roost/sdk'

import type { FinalState } from '../checker/history.ts'
import { readFinal } from '../final-state.ts'
import type { Browser } from './browser.ts'
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
  readonly browser: Browser
  readonly line: Line
  readonly #world: World
  /** The conversations that it has known in one of its lives. */
  readonly #known = new Set<string>()
  #client: Client | undefined
  #endLife = () => {}
  #wasOn = false

  constructor(name: string, browser: Browser, world: World) {
    this.name = name
    this.browser = browser
    this.#world = world
    world.recorder.devices[name] = { userId: browser.person.id, inOrder: true }
    this.line = new Line({ ...world, listener: world.recorder.listenTo(name) })
  }

  get person(): Person {
    return this.browser.person
  }

  /** Nobody has touched it: it takes no part. */
  get isNew(): boolean {
    return !this.#wasOn
  }

  /** Of its life now, which begins here if it is off. */
  get client(): Client {
    this.#client ??= this.#start()
    return this.#client
  }

  /** Gone between two instructions: what storage has got by then is what is left. */
  close(): void {
    this.#endLife()
    this.#client?.stop()
    this.line.breakSockets()
    this.#client = undefined
  }

  /** Gone, and started again. */
  crash(): void {
    this.close()
    void this.client
  }

  #start(): Client {
    const { time, chance, recorder } = this.#world
    let isAlive = true
    this.#wasOn = true
    const client = createClient({
      baseUrl: ADDRESS,
      token: this.browser.session.token,
      fetch: async (url, init) => {
        const response = await this.line.fetch(url, init)
        // A process that is gone does not go on with what it is told.
        return isAlive ? response : new Promise<Response>(() => {})
      },
      openSocket: this.line.openSocket,
      clock: { now: time.now, after: (ms, act) => time.after(ms, act) },
      random: chance,
      storage: this.browser.storageFor(() => isAlive),
      tabs: this.browser.openTab(),
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

  final(at: number): FinalState {
    return readFinal(this.client.getState(), { device: this.name, at })
  }
}
