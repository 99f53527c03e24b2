/** One speaks to a room, and all who are in it listen: how many frames come through in a second. */
import { setTimeout as pause } from 'node:timers/promises'

import { cpuOf } from '../processes.ts'
import type { Client, Running, Tally } from '../system.ts'

export interface FanOut {
  /** Frames that arrived, over all listeners. */
  readonly perSecond: number
  /** Microseconds of the server for each of them. */
  readonly cpu: number
}

/** Milliseconds after its end until the last has to be heard. */
const DRAIN = 30_000

/** @param atOnce how many messages are under way */
export async function speakToAll(load: {
  running: Running
  speaker: Client
  /** How many listen, and what they have heard. */
  listeners: number
  tally: Tally
  seconds: number
  atOnce: number
}): Promise<FanOut> {
  const { running, speaker, listeners, tally, seconds, atOnce } = load
  const pids = running.pids()
  const [cpu, from, before] = [cpuOf(pids), performance.now(), tally.frames]
  const until = from + seconds * 1_000
  let said = 0
  const heard = async (count: number) => {
    while (tally.frames - before < count) {
      if (performance.now() > until + DRAIN)
        throw new Error(`${count - tally.frames + before} frames did not come.`)
      await pause(1)
    }
  }
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (performance.now() < until) {
        await speaker.send('room', `r${said++} and whoever is there hears of it.`)
        // The slowest is waited for, or what is under way would only grow.
        await heard((said - atOnce) * listeners)
      }
    }),
  )
  await heard(said * listeners)
  const frames = tally.frames - before
  const took = (performance.now() - from) / 1_000
  return { perSecond: frames / took, cpu: ((cpuOf(pids) - cpu) / frames) * 1_000_000 }
}
