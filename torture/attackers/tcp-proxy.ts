/** A network between clients and server that misbehaves as it is told, for every connection through it. */
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net'

import type { Chance } from '../chance.ts'

export const moods = ['fine', 'delay', 'reset', 'halfOpen', 'slice', 'blackHole'] as const
/**
 * `reset` breaks a connection when bytes pass; `halfOpen` loses the server's end without telling the
 * client; `slice` hands over single bytes; `blackHole` keeps everything back, also that an end is gone.
 */
export type Mood = (typeof moods)[number]

/** Slicing a picture into single bytes would take all day. */
const SLICES = 400

export class TcpProxy {
  readonly #server: Server
  readonly #pairs = new Set<Pair>()
  readonly #chance: Chance
  /** What has these words in it waits until they are no longer named. */
  keepsBack: RegExp | undefined
  #port = 0
  #mood: Mood = 'fine'

  constructor(chance: Chance) {
    this.#chance = chance
    // A client's end stays open when the server's is gone: that is what half open means.
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) =>
      this.#accept(client),
    )
  }

  /** Stands before this address. Resolves to where it listens itself. */
  listen(target: string): Promise<string> {
    this.#port = Number(new URL(target).port)
    return new Promise((resolve) => {
      this.#server.listen(0, '127.0.0.1', () => {
        resolve(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`)
      })
    })
  }

  set mood(mood: Mood) {
    this.#mood = mood
    for (const pair of this.#pairs) pair.moodChanged()
  }

  get mood(): Mood {
    return this.#mood
  }

  close(): void {
    this.#server.close()
    for (const pair of this.#pairs) pair.end()
  }

  #accept(client: Socket): void {
    const server = connect({ port: this.#port, host: '127.0.0.1', noDelay: true })
    const pair: Pair = new Pair(client, server, {
      mood: () => this.#mood,
      keepsBack: () => this.keepsBack,
      chance: this.#chance,
      ended: () => this.#pairs.delete(pair),
    })
    this.#pairs.add(pair)
  }
}

interface Around {
  readonly mood: () => Mood
  readonly keepsBack: () => RegExp | undefined
  readonly chance: Chance
  readonly ended: () => void
}

/** One connection: a client's end and a server's. */
class Pair {
  readonly #client: Socket
  readonly #server: Socket
  readonly #around: Around
  #isHalf = false

  constructor(client: Socket, server: Socket, around: Around) {
    this.#client = client
    this.#server = server
    this.#around = around
    this.#pump(client, server)
    this.#pump(server, client)
    for (const socket of [client, server]) {
      socket.on('error', () => void this.#outOfHole().then(() => this.end()))
      socket.on('close', () => {
        if (!this.#isHalf) void this.#outOfHole().then(() => this.end())
      })
    }
  }

  /** Those who were left half open hear of it when the network is well again: it answers with a reset. */
  moodChanged(): void {
    if (this.#isHalf && this.#around.mood() === 'fine') this.end()
  }

  end(): void {
    this.#client.resetAndDestroy()
    this.#server.resetAndDestroy()
    this.#around.ended()
  }

  /** Bytes leave in the order in which they came, each chunk as the mood of its moment wants. */
  #pump(from: Socket, to: Socket): void {
    let tail = Promise.resolve()
    from.on('data', (chunk: Buffer) => {
      tail = tail.then(() => this.#pass(chunk, to))
    })
    from.on('end', () => {
      tail = tail
        .then(() => this.#outOfHole())
        .then(() => {
          if (!this.#isHalf) to.end()
        })
    })
  }

  async #outOfHole(): Promise<void> {
    const isGone = () => this.#client.destroyed && this.#server.destroyed
    while (this.#around.mood() === 'blackHole' && !isGone()) await pause(10)
  }

  async #pass(chunk: Buffer, to: Socket): Promise<void> {
    const { chance, mood, keepsBack } = this.#around
    if (this.#isHalf) return
    const isKeptBack = (words = keepsBack()) => words?.test(chunk.toString('latin1')) === true
    while (isKeptBack() && !to.destroyed) await pause(5)
    switch (mood()) {
      case 'delay':
        await pause(5 + chance.below(80))
        break
      case 'reset':
        if (!chance.happens(0.5)) break
        // What was asked may have got through, and its answer not.
        if (to === this.#server && chance.happens(0.5)) to.write(chunk, () => this.end())
        else this.end()
        return
      case 'halfOpen':
        if (!chance.happens(0.5)) break
        this.#isHalf = true
        this.#server.destroy()
        return
      case 'slice':
        for (let at = 0; at < Math.min(chunk.length, SLICES); at += 1) {
          to.write(chunk.subarray(at, at + 1))
          await new Promise((resolve) => setImmediate(resolve))
        }
        to.write(chunk.subarray(SLICES))
        return
      case 'blackHole':
        while (mood() === 'blackHole' && !to.destroyed) await pause(10)
        break
      case 'fine':
        break
    }
    if (!to.destroyed) to.write(chunk)
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
