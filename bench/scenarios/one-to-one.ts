/**
 * People who write to each other, two by two: how many messages a second are stored durably and heard by
 * the other, beside the least that it can cost and beside other messengers; and how long a message takes
 * when there is a third of as much to do as the other can.
 */
import { installed } from '../installed.ts'
import { talkClosed, talkOpen, type Figures } from '../load/pairs.ts'
import { ejabberd } from '../peers/ejabberd.ts'
import { prosody, prosodyOnSqlite } from '../peers/prosody.ts'
import type { Effort, Measured, Question } from '../question.ts'
import { barePath } from '../reference/reference.ts'
import { drawBars } from '../report/bars.ts'
import { figureOf, type Figure } from '../report/figure.ts'
import { formatTable, type Cell } from '../report/table.ts'
import { roost, roostOnPostgres } from '../roost/roost.ts'
import type { Running, System } from '../system.ts'

export const oneToOne: Question = { name: 'one-to-one', measure: measureAll }

const PEOPLE = 64
const PEERS: readonly System[] = [ejabberd, prosody, prosodyOnSqlite]

interface Round {
  readonly system: string
  readonly peak: Figures
  /** Of a peer: at a third of its peak, and Roost at the same. */
  readonly calm?: { readonly perSecond: number; readonly own: Figures; readonly ours: Figures }
}

async function measureAll({ quick, say, previous }: Effort): Promise<Measured> {
  const seconds = quick ? 3 : 8
  const rounds: Round[] = []
  const older = previous ? [previous] : []
  const wanted = [roost, ...older, barePath, roostOnPostgres, ...(quick ? [] : PEERS)]
  const there = installed(wanted, say)
  for (let round = 1; round <= (quick ? 1 : 3); round++)
    for (const system of there) {
      say(`round ${round}: ${system.name}`)
      const peak = await withPeople(system, (load) => talkClosed({ ...load, seconds }))
      if (!PEERS.includes(system)) rounds.push({ system: system.name, peak })
      else {
        const perSecond = Math.round(peak.perSecond / 3)
        const calmly = (each: System) =>
          withPeople(each, (load) => talkOpen({ ...load, seconds, perSecond }))
        const calm = { perSecond, own: await calmly(system), ours: await calmly(roost) }
        rounds.push({ system: system.name, peak, calm })
      }
    }
  return describe(rounds)
}

type Load = Pick<Parameters<typeof talkClosed>[0], 'running' | 'clients'>

async function withPeople(system: System, act: (load: Load) => Promise<Figures>): Promise<Figures> {
  const running: Running = await system.start({ people: PEOPLE })
  try {
    const people = Array.from({ length: PEOPLE }, (_, person) => running.connect(person))
    const clients = await Promise.all(people)
    // What is compiled while it runs for the first time is not what is asked.
    await talkClosed({ running, clients, seconds: 2 })
    const figures = await act({ running, clients })
    for (const client of clients) client.close()
    return figures
  } finally {
    await running.stop()
  }
}

function describe(rounds: readonly Round[]): Measured {
  const bySystem = Map.groupBy(rounds, ({ system }) => system)
  const ours = bySystem.get(roost.name) ?? []
  const rows: Cell[][] = []
  const calm: Cell[][] = []
  for (const [system, own] of bySystem) {
    const of = (read: (figures: Figures) => number) => figureOf(own.map(({ peak }) => read(peak)))
    // Of one round each, which lie beside each other in time.
    const ratio = figureOf(
      own.map(({ peak }, at) => (ours[at]?.peak.perSecond ?? 0) / peak.perSecond),
    )
    rows.push([
      system,
      of(({ perSecond }) => perSecond),
      of(({ cpu }) => cpu),
      of(({ delivery }) => delivery.p50),
      of(({ delivery }) => delivery.p99),
      ratio,
    ])
    const calmly = (read: (each: NonNullable<Round['calm']>) => number): Figure =>
      figureOf(own.flatMap((round) => (round.calm ? [read(round.calm)] : [])))
    if (own.some((round) => round.calm))
      calm.push([
        system,
        calmly(({ perSecond }) => perSecond),
        calmly((each) => each.own.delivery.p50),
        calmly((each) => each.ours.delivery.p50),
        calmly((each) => each.own.delivery.p99),
        calmly((each) => each.ours.delivery.p99),
      ])
  }
  const peaks = formatTable(
    [
      '',
      'messages a second',
      'µs of CPU each',
      'p50, ms',
      'p99, ms',
      'Roost does so many times that',
    ],
    rows,
  )
  const calmTable = formatTable(
    ['at a third of its peak', 'a second', 'p50, ms', 'Roost', 'p99, ms', 'Roost'],
    calm,
  )
  const svg = drawBars({
    title: 'One to one, stored durably',
    axis: 'messages a second, acknowledged and heard by the other',
    groups: [
      {
        name: '',
        bars: [...bySystem].map(([name, own]) => ({
          name,
          figure: figureOf(own.map(({ peak }) => peak.perSecond)),
          isOurs: name === roost.name,
        })),
      },
    ],
  })
  return {
    pictures: [{ name: 'one-to-one', svg }],
    table: calm.length === 0 ? peaks : `${peaks}\n\n${calmTable}`,
    figures: rounds,
  }
}
