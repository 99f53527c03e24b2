/**
 * Work that keeps a thread of libuv's pool busy for long: some at once, some more in line, and the rest
 * is told to come again. Others need those threads as well: the log of the database is synced on one.
 */
import { AppError } from './errors.ts'

export interface TurnsOptions {
  readonly atOnce: number
  /** From so many on nobody else is to begin. */
  readonly waiting: number
  /** What is said to those that are too many, and after how many seconds it is worth another try. */
  readonly refusal: string
  readonly retryAfter: number
}

export class Turns {
  readonly #options: TurnsOptions
  #running = 0
  readonly #waiting: (() => void)[] = []

  constructor(options: TurnsOptions) {
    this.#options = options
  }

  /** For what is to be done in whole or not at all: before it begins. */
  refuseIfMany(): void {
    const { waiting, refusal, retryAfter } = this.#options
    if (this.#waiting.length >= waiting) throw new AppError('unavailable', refusal, { retryAfter })
  }

  async take<T>(work: () => Promise<T>): Promise<T> {
    await this.#enter()
    try {
      return await work()
    } finally {
      this.#leave()
    }
  }

  async #enter(): Promise<void> {
    if (this.#running < this.#options.atOnce) return void this.#running++
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  /** Whoever is next takes the place over. */
  #leave(): void {
    const next = this.#waiting.shift()
    if (next) next()
    else this.#running--
  }
}
