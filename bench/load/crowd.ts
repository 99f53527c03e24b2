/** One speaks to a room, and all who are in it listen: how many frames come through in a second. */
import { setTimeout as pause } from 'node:timers/promises'

import { cpuOf } from '../processes.ts'
import type { Client, Running } from '../system.ts'
import type { Listener } from './listener.ts'

export interface FanOut {
  /** Frames that arrived, over all listeners. */
  readonly perSecond: number
  /** Microseconds of the server for each of them. */
  readonly cpu: number
}

const DRAIN = 30_000

/** @param atOnce how many messages are under way */
export async function speakToAll(load: {
  running: Running
  speaker: Client
  listeners: readonly Listener[]
  seconds: number
  atOnce: number
}): Promise<FanOut> {
  const { running, speaker, listeners, seconds, atOnce } = load
  const heard = () => listeners.reduce((sum, { frames }) => sum + frames, 0)
  const pids = running.pids()
  const [cpu, from, before] = [cpuOf(pids), performance.now(), heard()]
  const until = from + seconds * 1_000
  let said = 0
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (performance.now() < until) {
        await speaker.send('room', `r${said++} and whoever is there hears of it.`)
        // The slowest is waited for, or what is under way would only grow.
        while (heard() - before < (said - atOnce) * listeners.length) await pause(1)
      }
    }),
  )
  const patience = performance.now() + DRAIN
  while (heard() - before < said * listeners.length && performance.now() < patience) await pause(1)
  const frames = heard() - before
  if (frames < said * listeners.length)
    throw new Error(`${said * listeners.length - frames} frames did not come.`)
  const took = (performance.now() - from) / 1_000
  return { perSecond: frames / took, cpu: ((cpuOf(pids) - cpu) / frames) * 1_000_000 }
}
