/**
 * Time that passes only when a test says so. While it rules, the timers of the server and of all
 * devices are its own, and each of them runs when everything that the one before it caused is done.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'

interface Timer {
  readonly id: number
  at: number
  readonly act: () => void
  readonly every: number | undefined
}

/** Turns of the event loop in which nothing happens before all is taken to be done. */
const QUIET_TURNS = 3
/** The same while work is under way: by then what it waits for is a timer. */
const WAITING_TURNS = 200
const TURNS_AT_MOST = 2_000

export class VirtualTime {
  #now = Date.UTC(2026, 0, 1)
  #ids = 0
  readonly #timers = new Map<number, Timer>()
  #activity = 0
  #busy = 0
  readonly #real = {
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
    setInterval: globalThis.setInterval,
    clearInterval: globalThis.clearInterval,
  }

  readonly now = (): number => this.#now

  /** Puts its own timers in the place of the real ones, until `release`. */
  rule(): void {
    const start =
      (every: boolean) =>
      (act: (...parts: unknown[]) => void, ms = 0) => {
        const timer = this.#add(() => act(), ms, every ? Math.max(1, ms) : undefined)
        return handleOf(timer, () => this.#timers.delete(timer.id))
      }
    const stop = (handle: unknown) => void this.#timers.delete(Number(handle))
    Object.assign(globalThis, {
      setTimeout: start(false),
      setInterval: start(true),
      clearTimeout: stop,
      clearInterval: stop,
    })
  }

  release(): void {
    Object.assign(globalThis, this.#real)
  }

  after(ms: number, act: () => void): () => void {
    const { id } = this.#add(act, ms, undefined)
    return () => void this.#timers.delete(id)
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(ms, resolve)
    })
  }

  /** Something happened: whoever waits for silence goes on waiting. */
  stir(): void {
    this.#activity++
  }

  /** Silence does not begin before `work` has ended, or waits for a timer. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.#busy++
    try {
      return await work
    } finally {
      this.#busy--
      this.stir()
    }
  }

  /** Lets what is due within `ms` happen, one after the other. */
  async pass(ms: number): Promise<void> {
    await this.settle()
    const end = this.#now + ms
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#now = next.at
      if (next.every === undefined) this.#timers.delete(next.id)
      else next.at += next.every
      next.act()
      await this.settle()
    }
    this.#now = end
  }

  /** Resolves when nothing goes on happening by itself. */
  async settle(): Promise<void> {
    let quiet = 0
    for (let turn = 0; quiet < (this.#busy === 0 ? QUIET_TURNS : WAITING_TURNS); turn++) {
      const before = this.#activity
      await nextTurn()
      quiet = this.#activity === before ? quiet + 1 : 0
      if (turn > TURNS_AT_MOST) throw new Error('It never came to rest.')
    }
  }

  #add(act: () => void, ms: number, every: number | undefined): Timer {
    const timer = { id: ++this.#ids, at: this.#now + Math.max(0, ms), act, every }
    this.#timers.set(timer.id, timer)
    return timer
  }

  /** Of those that are due the earliest, and of those the oldest. */
  #next(end: number): Timer | undefined {
    let next: Timer | undefined
    for (const timer of this.#timers.values())
      if (timer.at <= end && (!next || timer.at < next.at)) next = timer
    return next
  }
}

/** What Node's timers can be asked to do. */
function handleOf({ id }: Timer, stop: () => void) {
  const handle = {
    ref: () => handle,
    unref: () => handle,
    hasRef: () => false,
    refresh: () => handle,
    close: stop,
    [Symbol.toPrimitive]: () => id,
    [Symbol.dispose]: stop,
  }
  return handle
}
