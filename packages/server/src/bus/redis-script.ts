/** A script that Redis runs in one piece, by the clock of Redis. It answers with numbers. */
import { hash } from 'node:crypto'

import { z } from 'zod'

import type { RedisLink } from './redis-link.ts'

const numbers = z.array(z.number())

export class RedisScript {
  readonly #link: RedisLink
  readonly #source: string
  readonly #sha1: string

  constructor(link: RedisLink, source: string) {
    this.#link = link
    this.#source = source
    this.#sha1 = hash('sha1', source, 'hex')
  }

  /** Resolves to undefined when Redis is away: nobody waits for it. */
  run(keys: readonly string[], args: readonly string[]): Promise<number[] | undefined> {
    const given = { keys: [...keys], arguments: [...args] }
    return this.#link.ask(async (client) => {
      try {
        return numbers.parse(await client.evalSha(this.#sha1, given))
      } catch (error) {
        // A Redis that has started again knows no scripts.
        if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error
        return numbers.parse(await client.eval(this.#source, given))
      }
    })
  }
}
