/**
 * The network between one device and the server. Everything on it takes its time, by a chance that can
 * be repeated; it can be cut, and told to lose, double or shuffle what comes next.
 */
import type { WebSocketLike } from '@roost/sdk'

import { isRecord } from '../json.ts'
import type { ModelServer } from './model-server.ts'
import { ServerEnd } from './socket-pair.ts'
import type { VirtualTime } from './virtual-time.ts'

export interface AskedRequest {
  readonly method: string
  readonly path: string
  readonly body: unknown
}

/** What a recorder wants to know. */
export interface Listener {
  asked(request: AskedRequest): void
  /** Absent answer: none came. */
  answered(request: AskedRequest, answer?: { status: number; text: string }): void
  /** This frame reaches the device now. */
  frame(text: string): void
}

interface World {
  readonly time: VirtualTime
  readonly server: ModelServer
  readonly chance: () => number
  readonly listener: Listener
}

/** Of the next ones. */
interface Faults {
  /** Do not arrive, and the device hears at once. */
  requests: number
  /** Do not arrive, and nobody ever says so. */
  silence: number
  /** Are carried out, but the answer does not arrive. */
  answers: number
  dropped: number
  doubled: number
  shuffled: number
}
const none: Faults = { requests: 0, silence: 0, answers: 0, dropped: 0, doubled: 0, shuffled: 0 }

/** Most milliseconds that anything takes. */
const SLOWEST = 60
export const ADDRESS = 'http://model'

export class Line {
  readonly #world: World
  readonly #links = new Set<Link>()
  readonly faults: Faults = { ...none }
  readonly #waiting = new Set<() => void>()
  #isCut = false

  constructor(world: World) {
    this.#world = world
  }

  get isCut(): boolean {
    return this.#isCut
  }
  /** Whether an open socket misses frames, which the next ping will tell. */
  get hasLost(): boolean {
    return [...this.#links].some(({ hasLost }) => hasLost)
  }

  cut(): void {
    this.#isCut = true
    this.breakSockets()
  }
  /** From now on everything goes through. */
  mend(): void {
    this.#isCut = false
    Object.assign(this.faults, none)
    for (const end of this.#waiting) end()
    this.#waiting.clear()
    for (const link of this.#links) link.release()
  }
  /** Sockets die on both sides, as when the server has crashed. */
  breakSockets(): void {
    for (const link of this.#links) link.break()
    this.#links.clear()
  }
  /** The server's end of the sockets takes nothing more, until it flows again. */
  stall(): void {
    for (const { end } of this.#links) end.stall()
  }
  flow(): void {
    for (const { end } of this.#links) end.flow()
  }

  readonly fetch = async (url: string, init: RequestInit = {}): Promise<Response> => {
    const { server, listener } = this.#world
    const path = url.slice(ADDRESS.length)
    const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : undefined
    const request = { method: init.method ?? 'GET', path, body }
    listener.asked(request)
    try {
      await this.#travel(init.signal)
      if (this.#take('silence')) await this.#never(init.signal)
      const { life, pasts } = server
      if (!this.#canPass() || this.#take('requests')) throw new TypeError('It did not arrive.')
      const response = await server.ask(path, init)
      const text = await response.text()
      if (server.life !== life) throw new TypeError('The server has died.')
      await this.#travel(init.signal)
      if (server.pasts !== pasts) throw new TypeError('That was in another past.')
      if (this.#isCut || this.#take('answers')) throw new TypeError('The answer was lost.')
      listener.answered(request, { status: response.status, text })
      const { status, headers } = response
      return new Response(status === 204 || status === 304 ? null : text, { status, headers })
    } catch (error) {
      listener.answered(request)
      throw error
    }
  }

  readonly openSocket = (url: string, token: string | null): WebSocketLike => {
    const { server } = this.#world
    const link = new Link({
      ...this.#world,
      take: (fault) => this.#take(fault),
      delay: () => this.#delay(),
      over: () => void this.#links.delete(link),
    })
    this.#links.add(link)
    this.#world.time.after(this.#delay(), () => {
      if (!this.#canPass()) return link.lose(1006)
      server.connect(link.end, token)
    })
    return link.socket
  }

  #canPass(): boolean {
    return !this.#isCut && this.#world.server.isUp
  }

  #take(fault: keyof Faults): boolean {
    if (this.faults[fault] === 0) return false
    this.faults[fault]--
    return true
  }

  #delay(): number {
    return 1 + Math.floor(this.#world.chance() * SLOWEST)
  }

  /** Nobody answers, until the line is mended and says that the connection is gone. */
  #never(signal: AbortSignal | null | undefined): Promise<never> {
    return new Promise((_resolve, reject) => {
      const end = () => reject(new TypeError('Nobody answered.'))
      this.#waiting.add(end)
      signal?.addEventListener('abort', end)
    })
  }

  async #travel(signal: AbortSignal | null | undefined): Promise<void> {
    await this.#world.time.pause(this.#delay())
    signal?.throwIfAborted()
  }
}

/** One socket on a line. */
class Link {
  readonly socket: WebSocketLike
  readonly end: ServerEnd
  readonly #world: LinkWorld
  /** Logs of which the newest event did not arrive: nothing that follows in them can tell. */
  readonly #lost = new Set<string>()
  /** Frames that wait to be shuffled. */
  #held: string[] = []
  /** On its own, nothing overtakes what was sent before it. */
  #lastAt = 0
  #isOver = false

  constructor(world: LinkWorld) {
    this.#world = world
    this.end = new ServerEnd({
      opened: () => this.#later(() => tell(this.socket.onopen, {})),
      frame: (text) => this.#arrive(text),
      closed: (code) => this.#later(() => this.lose(code)),
    })
    this.socket = {
      onopen: null,
      onmessage: null,
      onclose: null,
      onerror: null,
      send: (text) => this.#later(() => this.end.say(text)),
      close: (code = 1005) => {
        if (this.#isOver) return
        this.#finish()
        this.end.hangUp(code)
      },
    }
  }

  get hasLost(): boolean {
    return this.#lost.size > 0
  }

  /** The device hears that it is over. */
  lose(code: number): void {
    if (this.#isOver) return
    this.#finish()
    tell(this.socket.onclose, { code, reason: '' })
  }

  break(): void {
    this.end.break()
    this.lose(1006)
  }

  /** Hands over what was kept to be shuffled. */
  release(): void {
    const held = this.#held.map((text) => ({ text, at: this.#world.chance() }))
    this.#held = []
    for (const { text } of held.toSorted((a, b) => a.at - b.at)) this.#deliver(text)
  }

  #finish(): void {
    this.#isOver = true
    this.#world.over()
  }

  #arrive(text: string): void {
    const { take } = this.#world
    this.#world.time.stir()
    const log = logOf(text)
    if (take('dropped')) {
      if (log !== undefined) this.#lost.add(log)
      return
    }
    if (take('shuffled')) {
      this.#held.push(text)
      return
    }
    if (log !== undefined) this.#lost.delete(log)
    this.#deliver(text)
    if (take('doubled')) this.#deliver(text)
    this.release()
  }

  #deliver(text: string): void {
    this.#later(() => {
      this.#world.listener.frame(text)
      tell(this.socket.onmessage, { data: text })
    })
  }

  #later(act: () => void): void {
    const { time, delay } = this.#world
    this.#lastAt = Math.max(this.#lastAt, time.now() + delay())
    time.after(this.#lastAt - time.now(), () => {
      if (!this.#isOver) act()
    })
  }
}

/** What a frame is the next one of; undefined for a signal, which may be lost. */
function logOf(text: string): string | undefined {
  const frame: unknown = JSON.parse(text)
  if (!isRecord(frame) || frame['type'] === 'signal') return undefined
  return String(frame['conversationId'] ?? frame['type'])
}

interface LinkWorld extends World {
  readonly take: (fault: keyof Faults) => boolean
  readonly delay: () => number
  readonly over: () => void
}

/** Handlers take what a real socket gives; here they are given just what is read of it. */
function tell(handler: ((event: never) => void) | null, event: object): void {
  handler?.(event as never)
}
