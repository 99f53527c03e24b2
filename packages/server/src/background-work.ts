/**
 * Work that goes on after an act has been answered, a step at a time. There is one run of it; whatever
 * is added while it runs, it finds before it ends.
 */
export abstract class BackgroundWork {
  readonly #report: (error: unknown) => void
  #running: Promise<void> | undefined
  #again = false
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

  /** Resolves when nothing is left to do. */
  async settle(): Promise<void> {
    await this.#running
  }

  /** Finishes the step under way. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#running
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
    }
    // In the same turn as the last look: nothing is added in between.
    this.#running = undefined
  }
}
