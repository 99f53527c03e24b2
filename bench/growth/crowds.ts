/** Crowds in processes of their own, so that the server has its core to itself where there are several. */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

import type { FromCrowd, Group } from './crowd.ts'

/** Sockets of one process, which has its own address to come from. */
const MOST = 5_000
/** As many processes as take part in hearing. */
const FEWEST = 2
/** People who are connected together. */
const PART = 500

const file = join(import.meta.dirname, 'crowd.ts')

interface Crowd {
  readonly child: ChildProcess
  readonly from: string
  /** Rejects when it ends. */
  readonly failed: Promise<never>
  count: number
}

export class Crowds {
  readonly #url: string
  readonly #crowds: Crowd[] = []
  /** What is still to be heard, and by how many processes. */
  readonly #awaited = new Map<string, { left: number; last: number; done: (at: number) => void }>()
  readonly #groups = new Map<string, Set<ChildProcess>>()

  constructor(url: string) {
    this.#url = url
  }

  /** Resolves when all of them are connected. */
  async connect(name: string, tokens: readonly string[]): Promise<void> {
    for (let at = 0; at < tokens.length; at += PART) {
      const part = tokens.slice(at, at + PART)
      const crowd = this.#findRoom(part.length)
      crowd.count += part.length
      const group: Group = { name, url: this.#url, tokens: part, from: crowd.from }
      const { child, failed } = crowd
      this.#groups.set(name, (this.#groups.get(name) ?? new Set()).add(child))
      child.send(group)
      const [answer] = (await Promise.race([once(child, 'message'), failed])) as [FromCrowd]
      if (answer.type !== 'connected') throw new Error('Something was heard before all were there.')
    }
  }

  /** Resolves to the moment at which the last of a group has heard a text, as `performance` tells it here. */
  heardByAll(name: string, text: string): Promise<number> {
    const left = this.#groups.get(name)?.size ?? 0
    return new Promise((resolve) => this.#awaited.set(text, { left, last: 0, done: resolve }))
  }

  async close(): Promise<void> {
    await Promise.all(
      this.#crowds.map(async ({ child }) => {
        if (child.exitCode !== null) return
        child.disconnect()
        await once(child, 'exit')
      }),
    )
  }

  /** In the process that has the fewest. */
  #findRoom(count: number): Crowd {
    const [emptiest] = this.#crowds.toSorted((a, b) => a.count - b.count)
    const isFull = emptiest !== undefined && emptiest.count + count > MOST
    if (emptiest && !isFull && this.#crowds.length >= FEWEST) return emptiest
    const child = fork(file)
    child.on('message', (message: FromCrowd) => {
      if (message.type === 'heard') this.#hear(message)
    })
    const failed = once(child, 'exit').then((): never => {
      throw new Error('A crowd has ended.')
    })
    // In the end all of them do.
    failed.catch(() => {})
    const crowd = { child, failed, count: 0, from: `127.0.0.${this.#crowds.length + 2}` }
    this.#crowds.push(crowd)
    return crowd
  }

  #hear({ text, at }: { text: string; at: number }): void {
    const awaited = this.#awaited.get(text)
    if (!awaited) return
    awaited.last = Math.max(awaited.last, at - performance.timeOrigin)
    if (--awaited.left > 0) return
    this.#awaited.delete(text)
    awaited.done(awaited.last)
  }
}
