/**
 * Whether the database is damaged, as far as has shown. SQLite says the same of a disk that fails to
 * read: so the file is looked through, and again while nothing is written, until it is found whole.
 */
import type { DamagedStorageError } from './errors.ts'
import { findFault, markDamage } from './examine.ts'

const LOOK_EVERY = 1_000

export class Damage {
  readonly #file: string
  readonly #report: (error: unknown) => void
  #found: DamagedStorageError | undefined
  #lookedAt = -Infinity

  constructor(file: string, report: (error: unknown) => void) {
    this.#file = file
    this.#report = report
  }

  /** SQLite has met it. */
  meet(damage: DamagedStorageError): void {
    if (this.#found || !this.#shows()) return
    this.#found = damage
    this.#report(damage)
    this.#mark(true)
  }

  /** While there is some nothing may be written: it could destroy more. */
  now(): DamagedStorageError | undefined {
    if (this.#found && !this.#shows()) {
      this.#found = undefined
      this.#mark(false)
    }
    return this.#found
  }

  /** For a while what was found last: looking takes time. */
  #shows(): boolean {
    const now = performance.now()
    if (now - this.#lookedAt < LOOK_EVERY) return this.#found !== undefined
    const isDamaged = findFault(this.#file) !== undefined
    this.#lookedAt = performance.now()
    return isDamaged
  }

  #mark(isDamaged: boolean): void {
    try {
      markDamage(this.#file, isDamaged)
    } catch (error) {
      this.#report(error)
    }
  }
}
