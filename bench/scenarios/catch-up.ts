/**
 * After an outage all come back at once: how long it takes until each device is level with the server,
 * by how much it has missed.
 */
import { setTimeout as pause } from 'node:timers/promises'

import { installed } from '../installed.ts'
import { Latencies, type Spread } from '../load/latencies.ts'
import { cpuOf } from '../processes.ts'
import type { Effort, Measured, Question } from '../question.ts'
import { rawCatchUp } from '../reference/reference.ts'
import { drawBars } from '../report/bars.ts'
import { figureOf } from '../report/figure.ts'
import { formatTable } from '../report/table.ts'
import { makeAbsence } from '../roost/absence.ts'
import { openPool } from '../roost/client.ts'
import { comeBack } from '../roost/device.ts'
import { roost, roostOnPostgres, type RoostSystem } from '../roost/roost.ts'

export const catchUp: Question = { name: 'catch-up', measure: measureAll }

const DEVICES = { usually: 200, quick: 50 }
/** Events that each has missed, over ten conversations. */
const MISSED = [20, 200, 2_000]

export interface Return {
  readonly system: string
  readonly missed: number
  /** Milliseconds from the moment at which all came until one was level. */
  readonly level: Spread
  /** Events that came to all of them, in a second, until the last was level. */
  readonly perSecond: number
  /** Microseconds of all its processes for each event. */
  readonly cpu: number
}

async function measureAll({ quick, say, previous }: Effort): Promise<Measured> {
  const devices = quick ? DEVICES.quick : DEVICES.usually
  const sizes = quick ? MISSED.slice(0, 2) : MISSED
  const own = [roost, ...(previous ? [previous] : []), rawCatchUp]
  const all = installed([...own, ...(quick ? [] : [roostOnPostgres])], say)
  const returns: Return[] = []
  for (let round = 1; round <= (quick ? 1 : 3); round++)
    for (const system of all) {
      say(`round ${round}: ${devices} devices come back to ${system.name}`)
      returns.push(...(await measureSystem(system, { devices, sizes })))
    }
  return describe(returns)
}

async function measureSystem(
  system: RoostSystem,
  { devices, sizes }: { devices: number; sizes: readonly number[] },
): Promise<Return[]> {
  const opened = await system.open((place) => makeAbsence(place, devices))
  const pool = openPool(opened.url)
  try {
    const returnAll = async (missed: number): Promise<Return> => {
      const away = opened.made.devices(missed)
      await untilIdle(opened.pids())
      const pids = opened.pids()
      const latencies = new Latencies()
      const [cpu, begun] = [cpuOf(pids), performance.now()]
      const back = await Promise.all(
        away.map(async (device) => {
          const one = await comeBack({ url: opened.url, pool }, device)
          latencies.record(performance.now() - begun)
          return one
        }),
      )
      const took = (performance.now() - begun) / 1_000
      const spent = cpuOf(pids) - cpu
      const events = back.reduce((sum, one) => sum + one.events, 0)
      if (events !== missed * devices) throw new Error(`${events} events came.`)
      await Promise.all(back.map((one) => one.close()))
      return {
        system: system.name,
        missed,
        level: latencies.read(),
        perSecond: events / took,
        cpu: (spent / events) * 1_000_000,
      }
    }
    // What is compiled while it runs for the first time is not what is asked.
    for (const missed of sizes) await returnAll(missed)
    const returns: Return[] = []
    for (const missed of sizes) returns.push(await returnAll(missed))
    return returns
  } finally {
    await pool.destroy()
    await opened.stop()
  }
}

/** What was written is indexed first, and those who were there before are gone. */
async function untilIdle(pids: readonly number[]): Promise<void> {
  const [EVERY, IDLE, PATIENCE] = [250, 0.05, 30_000]
  const until = performance.now() + PATIENCE
  for (let cpu = cpuOf(pids), spent = Infinity; spent > (IDLE * EVERY) / 1_000;) {
    if (performance.now() > until) throw new Error('It does not come to rest.')
    await pause(EVERY)
    spent = cpuOf(pids) - cpu
    cpu += spent
  }
}

/** Ratios are those of the rounds, one by one. */
export function describe(returns: readonly Return[]): Measured {
  const sizes = [...Map.groupBy(returns, ({ missed }) => missed)].map(([missed, all]) => ({
    missed,
    ours: all.filter(({ system }) => system === roost.name),
    bySystem: [...Map.groupBy(all, ({ system }) => system)],
  }))
  const table = formatTable(
    [
      '',
      'missed by each',
      'events a second',
      'µs of CPU each',
      'level, p50, ms',
      'level, p99, ms',
      'Roost does so many times that',
    ],
    sizes.flatMap(({ missed, ours, bySystem }) =>
      bySystem.map(([name, own]) => [
        name,
        missed,
        figureOf(own.map(({ perSecond }) => perSecond)),
        figureOf(own.map(({ cpu }) => cpu)),
        figureOf(own.map(({ level }) => level.p50)),
        figureOf(own.map(({ level }) => level.p99)),
        figureOf(own.map(({ perSecond }, at) => (ours[at]?.perSecond ?? 0) / perSecond)),
      ]),
    ),
  )
  const svg = drawBars({
    title: 'All come back at once after an outage',
    axis: 'milliseconds until 99 of 100 devices are level with the server',
    groups: sizes.map(({ missed, bySystem }) => ({
      name: `each has missed ${missed.toLocaleString('en')} events`,
      bars: bySystem.map(([name, own]) => ({
        name,
        figure: figureOf(own.map(({ level }) => level.p99)),
        isOurs: name === roost.name,
      })),
    })),
  })
  return { pictures: [{ name: 'catch-up', svg }], table, figures: returns }
}
