/**
 * The end of a log, as this process passes it on: every entry once and in order. The next one at once,
 * a higher one after reading from the database what is between, a lower one not at all.
 */
import { limits } from '@roost/protocol'
import { seeded } from '@roost/protocol/seeded-bugs'

interface Entry {
  readonly seq: number
}

interface Log<E extends Entry> {
  /** The entries after a seq, ascending, at most `limits.eventsMax`. Fewer: that was the end. */
  readonly read: (after: number) => Promise<readonly E[]>
  readonly pass: (entry: E) => void
  /** The log could not be read: it is read again with {@link LogTail.repair}. */
  readonly fail: (error: unknown) => void
}

export class LogTail<E extends Entry> {
  readonly #log: Log<E>
  /** The last seq passed on; unknown until started. */
  #passed: number | undefined
  /** The highest seq heard of. */
  #heard = 0
  /** A gap that is being read: what is heard meanwhile comes with it. */
  #reading: Promise<void> | undefined

  constructor(log: Log<E>) {
    this.#log = log
  }

  get passed(): number | undefined {
    return this.#passed
  }

  /** Passes on what comes after a seq; what is in the log up to `head` and was heard of is read. */
  start(after: number, head: number): void {
    this.#passed = after
    this.#heard = Math.max(this.#heard, head)
    this.repair()
  }

  /** Resolves when all that was heard of has been passed on. */
  async level(): Promise<void> {
    await this.#reading
  }

  isBehind(seq: number): boolean {
    return this.#passed !== undefined && Math.max(this.#passed, this.#heard) < seq
  }

  /** There is an entry; without its words it is read. */
  hear(seq: number, entry?: E): void {
    this.#heard = Math.max(this.#heard, seq)
    if (this.#passed === undefined || this.#reading) return
    const isNext = seq === this.#passed + 1 || seeded?.('passed-on-as-it-comes')
    if (isNext && entry) this.#pass(entry)
    // Of what it comes after a part may be missing, and of what was heard before it as well.
    this.repair()
  }

  /** Reads what was heard of and not passed on. */
  repair(): void {
    if (this.#passed === undefined || this.#passed >= this.#heard) return
    if (this.#reading || seeded?.('gap-not-read')) return
    this.#reading = this.#readGap()
    this.#reading.catch((error: unknown) => this.#log.fail(error))
  }

  async #readGap(): Promise<void> {
    try {
      while (this.#passed !== undefined && this.#passed < this.#heard) {
        const [after, heard] = [this.#passed, this.#heard]
        // What is heard from here on may be newer than what is read.
        this.#heard = after
        let isEnd = false
        try {
          const entries = await this.#log.read(after)
          for (const entry of entries) this.#pass(entry)
          isEnd = entries.length < limits.eventsMax
        } finally {
          // At the end of the log is all that had been heard of, or there was less than was said.
          if (!isEnd) this.#heard = Math.max(this.#heard, heard)
        }
      }
    } finally {
      // In the same turn as the last look at what was heard: nothing comes in between.
      this.#reading = undefined
    }
  }

  #pass(entry: E): void {
    this.#passed = entry.seq
    this.#log.pass(entry)
  }
}
