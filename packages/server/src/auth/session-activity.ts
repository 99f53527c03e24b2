/**
 * When each session was last used: noted when a socket of it opens or closes, and at most once a
 * minute while it asks for things.
 */
import type { Core } from '../core.ts'
import { LastSeen } from '../storage/last-seen.ts'

const NOTE_EVERY = 60_000

export class SessionActivity {
  readonly #core: Pick<Core, 'now'>
  readonly #open = new Map<string, number>()
  readonly #seen: LastSeen

  constructor(core: Pick<Core, 'database' | 'now' | 'report'>) {
    this.#core = core
    this.#seen = new LastSeen(core, { table: 'sessions' })
  }

  /** A request was made; `lastSeenAt` is what is written of it so far. */
  used(sessionId: string, lastSeenAt: number): void {
    if (this.#core.now() - lastSeenAt >= NOTE_EVERY) this.#note(sessionId)
  }

  /** A socket has opened. */
  opened(sessionId: string): void {
    this.#open.set(sessionId, (this.#open.get(sessionId) ?? 0) + 1)
    this.#note(sessionId)
  }

  /** One has closed. */
  closed(sessionId: string): void {
    const left = (this.#open.get(sessionId) ?? 1) - 1
    if (left > 0) this.#open.set(sessionId, left)
    else this.#open.delete(sessionId)
    this.#note(sessionId)
  }

  isOpen(sessionId: string): boolean {
    return this.#open.has(sessionId)
  }

  /** Writes what was gathered, and waits for what is being written. */
  flush(): Promise<void> {
    return this.#seen.flush()
  }

  /** The last of what was gathered; what is used afterwards is not noted. */
  close(): Promise<void> {
    return this.#seen.close()
  }

  #note(sessionId: string): void {
    this.#seen.note(sessionId, this.#core.now())
  }
}
