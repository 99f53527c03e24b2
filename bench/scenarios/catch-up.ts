/**
 * After an outage all come back at once: how long it takes until each device is level with the server,
 * by how much it has missed.
 */
import { installed } from '../installed.ts'
import { returnAll, type Absent, type Return } from '../load/return.ts'
import { openPeerAbsence } from '../peers/absence.ts'
import { ejabberd } from '../peers/ejabberd.ts'
import { prosody } from '../peers/prosody.ts'
import type { Effort, Measured, Question } from '../question.ts'
import { rawCatchUp } from '../reference/reference.ts'
import { drawBars } from '../report/bars.ts'
import { figureOf } from '../report/figure.ts'
import { formatTable } from '../report/table.ts'
import { openAbsence } from '../roost/absence.ts'
import { roost, roostOnPostgres } from '../roost/roost.ts'

export const catchUp: Question = { name: 'catch-up', measure: measureAll }

const DEVICES = { usually: 200, quick: 50 }
/** Events that each has missed, over ten conversations. */
const MISSED = [20, 200, 2_000]

/** Of other messengers: their archives are filled by sending. */
const MOST_OF_PEERS = 200
const PEERS = [ejabberd, prosody]

interface Round extends Return {
  readonly system: string
}

async function measureAll({ quick, say, previous }: Effort): Promise<Measured> {
  const devices = quick ? DEVICES.quick : DEVICES.usually
  const sizes = quick ? MISSED.slice(0, 2) : MISSED
  const own = [roost, ...(previous ? [previous] : []), rawCatchUp]
  const roosts = installed([...own, ...(quick ? [] : [roostOnPostgres])], say)
  const peers = installed(quick ? [] : PEERS, say)
  const all = [
    ...roosts.map((system) => ({
      name: system.name,
      missed: sizes,
      open: () => openAbsence(system, devices),
    })),
    ...peers.map((peer) => ({
      name: peer.name,
      missed: sizes.filter((missed) => missed <= MOST_OF_PEERS),
      open: () => openPeerAbsence(peer, { devices, most: MOST_OF_PEERS }),
    })),
  ]
  const rounds: Round[] = []
  for (let round = 1; round <= (quick ? 1 : 3); round++)
    for (const { name: system, missed, open } of all) {
      say(`round ${round}: ${devices} devices come back to ${system}`)
      const returns = await measureReturns(await open(), missed)
      rounds.push(...returns.map((one) => ({ system, ...one })))
    }
  return describe(rounds)
}

async function measureReturns(absent: Absent, sizes: readonly number[]): Promise<Return[]> {
  try {
    // What is compiled while it runs for the first time is not what is asked.
    for (const missed of sizes) await returnAll(absent, missed)
    const returns: Return[] = []
    for (const missed of sizes) returns.push(await returnAll(absent, missed))
    return returns
  } finally {
    await absent.stop()
  }
}

/** Ratios are those of the rounds, one by one. */
export function describe(rounds: readonly Round[]): Measured {
  const sizes = [...Map.groupBy(rounds, ({ missed }) => missed)].map(([missed, all]) => ({
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
      'refused requests',
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
        figureOf(own.map(({ refusals }) => refusals)),
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
  return { pictures: [{ name: 'catch-up', svg }], table, figures: rounds }
}
