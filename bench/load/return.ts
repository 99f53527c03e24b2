/** All who were away come back at once: how long it takes until each is level with the server. */
import { cpuOf, untilIdle } from '../processes.ts'
import type { Back } from '../system.ts'
import { Latencies, type Spread } from './latencies.ts'

/** A system that has something to tell to people who were away. */
export interface Absent {
  pids(): readonly number[]
  /** For each device what brings it back, where it has missed so many messages. */
  devices(missed: number): Promise<(() => Promise<Back>)[]>
  stop(): Promise<void>
}

export interface Return {
  readonly missed: number
  /** Milliseconds from the moment at which all came until one was level. */
  readonly level: Spread
  /** What came to all of them, in a second, until the last was level. */
  readonly perSecond: number
  /** Microseconds of all its processes for each of those. */
  readonly cpu: number
  /** How often somebody was told to come later. */
  readonly refusals: number
}

export async function returnAll(absent: Absent, missed: number): Promise<Return> {
  // What was written is indexed first, and those who were there before are gone.
  await untilIdle(() => absent.pids())
  const devices = await absent.devices(missed)
  const pids = absent.pids()
  const latencies = new Latencies()
  const [cpu, begun] = [cpuOf(pids), performance.now()]
  const back = await Promise.all(
    devices.map(async (comeBack) => {
      const one = await comeBack()
      latencies.record(performance.now() - begun)
      return one
    }),
  )
  const took = (performance.now() - begun) / 1_000
  const spent = cpuOf(absent.pids()) - cpu
  const events = back.reduce((sum, one) => sum + one.events, 0)
  if (events !== missed * devices.length) throw new Error(`${events} events came.`)
  await Promise.all(back.map((one) => one.close()))
  return {
    missed,
    level: latencies.read(),
    perSecond: events / took,
    cpu: (spent / events) * 1_000_000,
    refusals: back.reduce((sum, one) => sum + one.refusals, 0),
  }
}
