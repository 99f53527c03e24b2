/** One run: people act, things befall them, all is mended, and the history is checked. */
import type { State } from '@roost/sdk'

import { StorageUnavailableError } from '../../packages/server/src/storage/errors.ts'
import { createChance } from '../chance.ts'
import { check } from '../checker/check.ts'
import type { History } from '../checker/history.ts'
import type { Violation } from '../checker/ledger.ts'
import { findUnsettled } from '../final-state.ts'
import type { Action, Program } from './actions.ts'
import { Acts } from './acts.ts'
import { becomeLevel } from './level.ts'
import { compareWithReference } from './reference.ts'
import { areOut, findStillIn, findThrownOut, signInAgain } from './sessions.ts'
import type { Stage } from './stage.ts'
import { World } from './world.ts'

export interface Outcome {
  readonly violations: readonly Pick<Violation, 'invariant' | 'sentence'>[]
  readonly history: History
}

const PING_EVERY = 25_000
const SETTLE_FOR = 200
/** What a server whose disk fails asks clients to wait for. */
const RETRY_AFTER = 5_000
const OUT_WITHIN = 5_000

export function runProgram(stage: Stage, program: Program): Promise<Outcome> {
  return stage.play(async () => {
    const run = new Run(stage, program)
    try {
      await run.begin()
      for (const action of program.actions) {
        await run.act(action)
        await stage.time.pass(run.shortly())
      }
      return await run.conclude()
    } catch (error) {
      stage.spoil()
      throw error
    } finally {
      await run.end()
    }
  })
}

class Run {
  readonly #stage: Stage
  readonly #world: World
  readonly #acts: Acts
  #restore: ((as: { newEpoch: boolean }) => void) | undefined
  #isHarmed = false
  #hasFailed = false

  constructor(stage: Stage, { seed }: Program) {
    this.#stage = stage
    this.#world = new World(stage, createChance(seed).fraction)
    this.#acts = new Acts(this.#world)
  }

  /** Little time passes between two acts. */
  shortly(): number {
    return Math.floor(this.#world.chance() * 40)
  }

  begin(): Promise<void> {
    return this.#world.settle()
  }

  async act(action: Action): Promise<void> {
    const { time, server, commits } = this.#stage
    switch (action.does) {
      case 'wait':
        return time.pass(action.ms)
      case 'crashServer':
        this.#isHarmed = true
        return this.#crashServer()
      case 'restartServer':
        await this.#stopServer()
        return server.start()
      case 'failCommit':
        this.#isHarmed = true
        this.#hasFailed = true
        commits.failing++
        return
      case 'failSync':
        this.#isHarmed = true
        this.#hasFailed = true
        commits.failingSyncs++
        return
      case 'endEarly':
        this.#isHarmed = true
        this.#hasFailed = true
        commits.endingEarly++
        return
      case 'loseNote':
        return loseNote(server.app.core.bus)
      case 'backUp':
        this.#restore = server.isUp ? server.keep() : this.#restore
        return
      case 'restore':
        return this.#restoreServer(action.newEpoch)
      case 'signIn': {
        const device = this.#world.devices[action.device]
        return device && signInAgain(this.#world, device.browser)
      }
      default: {
        const device = this.#world.devices[action.device]
        if (device) this.#acts.do(device, action)
      }
    }
  }

  #crashServer(): void {
    this.#stage.server.crash()
    for (const { line } of this.#world.devices) line.breakSockets()
  }

  /** Sockets hear that it is going; what they are told may be on its way still. */
  async #stopServer(): Promise<void> {
    const { time, server, commits } = this.#stage
    commits.heal()
    const stopped = server.stop()
    for (let turn = 0; turn < 4; turn++) await time.pass(1_000)
    await stopped
    for (const { line } of this.#world.devices) line.breakSockets()
  }

  async #restoreServer(newEpoch: boolean): Promise<void> {
    if (!this.#restore) return
    this.#isHarmed = true
    this.#crashServer()
    this.#restore({ newEpoch })
    // A disk that fails while the server starts keeps it from starting: that is no case of this model.
    this.#stage.commits.heal()
    this.#world.recorder.note({ type: 'rolledBack' })
    // It may know sessions that had been ended, and none that were made since.
    for (const browser of this.#world.browsers) browser.fate = 'unknown'
    await this.#stage.server.start()
  }

  async conclude(): Promise<Outcome> {
    const { time, server } = this.#stage
    const { recorder, used } = this.#world
    await this.#heal()
    const outsiders = await this.#concludeSessions()
    recorder.note({ type: 'healed', at: time.now() })
    const { state, at } = await becomeLevel(this.#world)
    const history: History = {
      devices: recorder.devices,
      entries: recorder.entries,
      server: state,
      finals: used.map((device) => device.final(at)),
    }
    return {
      violations: [
        ...check(history),
        ...compareWithReference(history),
        ...outsiders,
        ...(this.#isHarmed ? [] : server.reports.filter((error) => !isStopping(error)).map(told)),
      ],
      history,
    }
  }

  async #heal(): Promise<void> {
    const { time, server, commits } = this.#stage
    const { used } = this.#world
    commits.heal()
    await server.start()
    for (const device of used) void device.client
    const hasLost = used.some(({ line }) => line.hasLost)
    const cut = new Set(used.filter(({ line }) => line.isCut))
    for (const { line } of used) {
      line.mend()
      line.flow()
    }
    // What had no answer fails at last, and then whoever is waiting to try again hears that it is worth it.
    await time.pass(SETTLE_FOR)
    for (const device of used)
      if (cut.has(device) || isWaiting(device.client.getState())) device.client.wake()
    if (hasLost) await time.pass(PING_EVERY + 1_000)
    // What a failing disk had refused is tried again when the server said.
    if (this.#hasFailed) await time.pass(RETRY_AFTER)
  }

  /** Whoever was logged out is out, and nobody else; then they come in again. */
  async #concludeSessions(): Promise<Violation[]> {
    const world = this.#world
    const { time } = this.#stage
    const end = time.now() + OUT_WITHIN
    while (!areOut(world) && time.now() < end) await time.pass(SETTLE_FOR)
    const found = [...findStillIn(world), ...findThrownOut(world)]
    for (const browser of world.browsers) await signInAgain(world, browser)
    return found
  }

  async end(): Promise<void> {
    for (const device of this.#world.used) device.close()
    await this.#stage.time.pass(5_000)
  }
}

/** A bus may lose what it is given. */
function loseNote(bus: { publish(note: { readonly type: string }): void }): void {
  const publish = bus.publish.bind(bus)
  bus.publish = (note) => {
    if (note.type !== 'event') return publish(note)
    bus.publish = publish
  }
}

function isWaiting(state: State): boolean {
  const { connection, conversationsLoaded } = state
  return connection.status !== 'online' || !conversationsLoaded || findUnsettled(state).length > 0
}

/** Sockets that close after the last of it still say when their people were last seen. */
function isStopping(error: unknown): boolean {
  return error instanceof StorageUnavailableError
}

function told(error: unknown): Violation {
  return { invariant: 'I3', sentence: `The server reports: ${String(error)}` }
}
