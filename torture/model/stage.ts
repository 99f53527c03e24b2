/** What all runs share: one time, one server with one folder that lasts for many runs. */
import { FaultyCommits } from './faulty-commits.ts'
import { ModelServer } from './model-server.ts'
import { VirtualTime } from './virtual-time.ts'

/** After so many runs the folder has grown, and a new one is begun. */
const RUNS_PER_FOLDER = 100
/** Milliseconds after which all that the server does by the clock comes round: pings, checks, flushes. */
const BEAT = 150_000

export class Stage {
  readonly time = new VirtualTime()
  readonly commits = new FaultyCommits(this.time)
  #server: ModelServer | undefined
  #runs = 0

  get server(): ModelServer {
    if (!this.#server) throw new Error('The stage is not set.')
    return this.#server
  }

  /** Runs `act` with time and disk in hand, on a server that is up. */
  async play<T>(act: () => Promise<T>): Promise<T> {
    this.time.rule()
    this.commits.rule()
    try {
      if (this.#runs++ % RUNS_PER_FOLDER === 0) await this.#renew()
      await this.server.start()
      await this.time.pass(this.#untilBeat())
      return await act()
    } finally {
      this.commits.heal()
      this.commits.release()
      this.time.release()
    }
  }

  async end(): Promise<void> {
    await this.#server?.end()
    this.#server = undefined
  }

  /** The next run gets a new server: the last one left it in a doubtful state. */
  spoil(): void {
    this.#runs = 0
  }

  /**
   * Every run begins at the same beat of the server's own timers, so that it goes as it would after any
   * other run; and none at the moment of another, so that ids, which begin with the time, differ.
   */
  #untilBeat(): number {
    return BEAT - ((this.time.now() - this.server.startedAt) % BEAT)
  }

  async #renew(): Promise<void> {
    await this.#server?.end()
    this.#server = new ModelServer(this.time)
    await this.#server.begin()
  }
}
