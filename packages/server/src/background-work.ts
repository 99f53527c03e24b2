/**
 * Work that goes on after an act has been answered, a step at a time. There is one run of it; whatever
 * is added while it runs, it finds before it ends. A database that is away it tries again.
 */
import { StorageUnavailableError } from './storage/errors.ts'

const TRY_AGAIN_AFTER = 5_000

export abstract class BackgroundWork {
  readonly #report: (error: unknown) => void
  #running: Promise<void> | undefined
  #again = false
  #later: NodeJS.Timeout | undefined
  #closed = false

  constructor(report: (error: unknown) => void) {
    this.#report = report
  }

  /** Does all there is to do; between its steps it asks whether it {@link isClosed}. */
  protected abstract run(): Promise<void>

  protected get isClosed(): boolean {
    return this.#closed
  }

  /** Goes on with what there is to do. */
  start(): void {
    this.#again = true
    this.#running ??= this.#work()
  }

  /** Resolves when nothing is left to do, or nothing can be done for now. */
  async settle(): Promise<void> {
    await this.#running
  }

  /** Finishes the step under way. */
  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#later)
    await this.#running
  }

  #startLater(): void {
    if (this.#closed) return
    clearTimeout(this.#later)
    this.#later = setTimeout(() => this.start(), TRY_AGAIN_AFTER).unref()
  }

  async #work(): Promise<void> {
    // Whoever starts it has it in hand before it can end.
    await Promise.resolve()
    try {
      while (this.#again && !this.#closed) {
        this.#again = false
        await this.run()
      }
    } catch (error) {
      this.#report(error)
      if (error instanceof StorageUnavailableError) this.#startLater()
    }
    // In the same turn as the last look: nothing is added in between.
    this.#running = undefined
  }
}
