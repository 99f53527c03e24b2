/**
 * The connection to Redis: one for commands and for what others publish. Whether it works it hears from
 * its own heart beat, which takes the way of every note; a Redis that is gone, stuck or behind a network
 * that swallows everything is away in the same way, and nobody waits for it.
 */
import { randomUUID } from 'node:crypto'

import { createClient, ErrorReply } from 'redis'
import { z } from 'zod'

import { BusAwayError } from './bus.ts'

const BEAT_EVERY = 250
/** Without a beat for so long it is away. */
const SILENT_AFTER = 750
/** A process that has not been heard of for so long is no more. */
const FORGOTTEN_AFTER = 60_000
/** A connection that has been silent for so long is given up for another. */
const GIVE_UP_AFTER = 3_000
/** Shorter silences are nobody's business. */
const LOST_AFTER = 5_000
const CONNECT_WITHIN = 2_000
const READY_WITHIN = 1_000
const CONNECT_AGAIN = { least: 100, most: 1_000 }

type Client = ReturnType<typeof connect>

export interface RedisPlace {
  readonly url: string
  /** Before every key and channel: two Roosts may share a Redis. */
  readonly prefix: string
  /** Told once each time it has been away for seconds, and of commands that it refuses. */
  readonly report: (error: unknown) => void
}

export class RedisLink {
  /** Of this process. */
  readonly id = randomUUID()
  readonly prefix: string
  readonly #url: string
  readonly #channel: string
  readonly #report: (error: unknown) => void
  readonly #listeners = new Set<(isUp: boolean) => void>()
  readonly #beating: NodeJS.Timeout
  #hear: ((message: string) => void) | undefined
  #client: Client
  #lastBeat = performance.now()
  /** When each of the other processes was last heard. */
  readonly #others = new Map<string, number>()
  #connectedAt = performance.now()
  #isUp = false
  #isLost = false
  /** What was last wrong with the connection. */
  #trouble: unknown
  /** The refusal that was last reported: one is said once. */
  #refusal = ''
  /** Those who wait for an answer: once it goes away nobody does. */
  readonly #waiting = new Set<() => void>()

  constructor({ url, prefix, report }: RedisPlace) {
    this.#url = url
    this.#report = report
    this.prefix = `${prefix}:`
    this.#channel = `${this.prefix}notes`
    this.#client = this.#open()
    this.#beating = setInterval(() => this.#beat(), BEAT_EVERY).unref()
  }

  get isUp(): boolean {
    return this.#isUp
  }

  /** Whether all the others hear it too, as far as is known: one alone may be cut off. */
  get isWhole(): boolean {
    const since = performance.now() - SILENT_AFTER
    return this.#isUp && [...this.#others.values()].every((heardAt) => heardAt > since)
  }

  /** Called at each change from then on. */
  onChange(listener: (isUp: boolean) => void): void {
    this.#listeners.add(listener)
  }

  /** Takes what is published on the one channel of this prefix, our own messages too. */
  listen(hear: (message: string) => void): void {
    this.#hear = hear
  }

  publish(message: string): void {
    if (!this.#client.isReady) return
    // A doorbell: whoever has not heard it finds out by themselves.
    this.#client.publish(this.#channel, message).catch(() => {})
  }

  /** What Redis answers; undefined when it is away, or goes away before it has. */
  ask<T>(command: (client: Client) => Promise<T>): Promise<T | undefined> {
    if (!this.#isUp) return Promise.resolve(undefined)
    return new Promise((resolve) => {
      const giveUp = () => settle()
      const settle = (answer?: T) => {
        this.#waiting.delete(giveUp)
        resolve(answer)
      }
      this.#waiting.add(giveUp)
      command(this.#client).then(settle, (error: unknown) => {
        this.#reportRefusal(error)
        settle()
      })
    })
  }

  /** Resolves when it is up, or is not within a second. */
  async ready(): Promise<void> {
    if (this.#isUp) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const listener = () => resolve()
    this.#listeners.add(listener)
    const patience = setTimeout(resolve, READY_WITHIN)
    await promise
    clearTimeout(patience)
    this.#listeners.delete(listener)
  }

  /** What was published before goes out first, if it can. */
  async close(): Promise<void> {
    this.#listeners.clear()
    await this.ask((client) => client.publish(this.#pulse, `-${this.id}`))
    clearInterval(this.#beating)
    this.#setUp(false)
    this.#client.destroy()
  }

  #open(): Client {
    const client = connect(this.#url)
    // Its silence tells that it is away, and this why.
    client.on('error', (error: unknown) => (this.#trouble = error))
    client.on('ready', () => this.#beat())
    client
      .connect()
      .then(() =>
        Promise.all([
          client.subscribe(this.#channel, (message) => this.#hear?.(message)),
          client.subscribe(this.#pulse, (id) => this.#heard(client, id)),
        ]),
      )
      .then(() => this.#beat())
      // It was given up, or closed; a server that may not be listened to stays silent.
      .catch((error: unknown) => (this.#trouble ??= error))
    return client
  }

  get #pulse(): string {
    return `${this.prefix}pulse`
  }

  #beat(): void {
    // One that gets lost is missed below.
    if (this.#client.isReady) this.#client.publish(this.#pulse, this.id).catch(() => {})
    // What has come in the meantime is looked at first, however long this process was busy.
    setImmediate(() => this.#checkPulse())
  }

  #checkPulse(): void {
    const now = performance.now()
    const silence = now - this.#lastBeat
    if (silence > SILENT_AFTER) this.#setUp(false)
    if (silence > LOST_AFTER && !this.#isLost) {
      this.#isLost = true
      this.#report(new BusAwayError(this.#trouble))
    }
    if (Math.min(silence, now - this.#connectedAt) < GIVE_UP_AFTER) return
    this.#connectedAt = now
    this.#client.destroy()
    this.#client = this.#open()
  }

  /** @param id of a process that lives, or of one that ends after a minus */
  #heard(client: Client, id: string): void {
    if (client !== this.#client) return
    const now = performance.now()
    if (id !== this.id) {
      if (id.startsWith('-')) this.#others.delete(id.slice(1))
      else this.#others.set(id, now)
      return
    }
    this.#lastBeat = now
    for (const [other, heardAt] of this.#others)
      if (now - heardAt > FORGOTTEN_AFTER) this.#others.delete(other)
    this.#isLost = false
    this.#trouble = undefined
    this.#setUp(true)
  }

  /** Of a connection that breaks its silence tells. */
  #reportRefusal(error: unknown): void {
    const isRefusal = error instanceof ErrorReply || error instanceof z.ZodError
    if (!isRefusal || error.message === this.#refusal) return
    this.#refusal = error.message
    this.#report(new Error('Redis refuses a command.', { cause: error }))
  }

  #setUp(isUp: boolean): void {
    if (isUp === this.#isUp) return
    this.#isUp = isUp
    if (!isUp) for (const giveUp of this.#waiting) giveUp()
    for (const listener of this.#listeners) listener(isUp)
  }
}

function connect(url: string) {
  return createClient({
    url,
    disableOfflineQueue: true,
    socket: {
      connectTimeout: CONNECT_WITHIN,
      // All processes lose it at once, and are not to come back at once.
      reconnectStrategy: () =>
        CONNECT_AGAIN.least + Math.random() * (CONNECT_AGAIN.most - CONNECT_AGAIN.least),
    },
  })
}
