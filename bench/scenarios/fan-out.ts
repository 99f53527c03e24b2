/**
 * One speaks to a room of many who listen, beside sockets that are handed a frame made beforehand, and
 * beside the rooms of other messengers, which keep an archive as well.
 */
import { chunksOf } from '../../packages/server/src/chunks.ts'
import { installed } from '../installed.ts'
import { speakToAll, type FanOut } from '../load/crowd.ts'
import { ejabberd } from '../peers/ejabberd.ts'
import { prosody, prosodyOnSqlite } from '../peers/prosody.ts'
import type { Effort, Measured, Question } from '../question.ts'
import { rawFanOut } from '../reference/reference.ts'
import { drawBars } from '../report/bars.ts'
import { figureOf } from '../report/figure.ts'
import { formatTable } from '../report/table.ts'
import { roost } from '../roost/roost.ts'
import type { System } from '../system.ts'

export const fanOut: Question = { name: 'fan-out', measure: measureAll }

const SIZES = [10, 100, 1_000, 10_000]
const AT_ONCE = 16
const PEERS: readonly System[] = [ejabberd, prosody, prosodyOnSqlite]
/** Listeners to other messengers: with more of them it would be their coming that takes the time. */
const MOST_TO_PEERS = 1_000

export interface Round extends FanOut {
  readonly system: string
  readonly listeners: number
}

async function measureAll({ quick, say, previous }: Effort): Promise<Measured> {
  const own = [roost, ...(previous ? [previous] : []), rawFanOut]
  const all = installed([...own, ...(quick ? [] : PEERS)], say)
  const rounds: Round[] = []
  for (const listeners of quick ? SIZES.slice(0, 3) : SIZES)
    for (let round = 1; round <= (quick ? 1 : 3); round++)
      for (const system of all) {
        if (listeners > MOST_TO_PEERS && PEERS.includes(system)) continue
        say(`round ${round}: ${listeners.toLocaleString('en')} listen to ${system.name}`)
        const figures = await measureRoom(system, listeners, quick ? 2 : 6)
        rounds.push({ system: system.name, listeners, ...figures })
      }
  return describe(rounds)
}

async function measureRoom(system: System, size: number, seconds: number): Promise<FanOut> {
  const running = await system.start({ people: size + 1, members: size + 1 })
  try {
    const people = Array.from({ length: size }, (_, at) => at + 1)
    const tally = { frames: 0 }
    // Whoever speaks comes first: to some messengers the room is theirs.
    const speaker = await running.connect(0)
    const listeners = []
    for (const chunk of chunksOf(people, 100))
      listeners.push(...(await Promise.all(chunk.map((person) => running.listen(person, tally)))))
    const load = { running, speaker, listeners: size, tally, atOnce: AT_ONCE }
    await speakToAll({ ...load, seconds: 1 })
    const figures = await speakToAll({ ...load, seconds })
    for (const listener of listeners) listener.close()
    speaker.close()
    return figures
  } finally {
    await running.stop()
  }
}

/** How many times as much as each other it does is of the rounds of one size, one by one. */
export function describe(rounds: readonly Round[]): Measured {
  const sizes = [...Map.groupBy(rounds, ({ listeners }) => listeners)].map(([size, all]) => ({
    size,
    ours: all.filter(({ system }) => system === roost.name),
    bySystem: [...Map.groupBy(all, ({ system }) => system)],
  }))
  const table = formatTable(
    [
      '',
      'listeners',
      'messages handed on a second',
      'µs of CPU each',
      'Roost does so many times that',
    ],
    sizes.flatMap(({ size, ours, bySystem }) =>
      bySystem.map(([name, own]) => [
        name,
        size,
        figureOf(own.map(({ perSecond }) => perSecond)),
        figureOf(own.map(({ cpu }) => cpu)),
        figureOf(own.map(({ perSecond }, at) => (ours[at]?.perSecond ?? 0) / perSecond)),
      ]),
    ),
  )
  const svg = drawBars({
    title: 'A room in which everybody is online',
    axis: 'messages handed on in a second, to all who listen together',
    groups: sizes.map(({ size, bySystem }) => ({
      name: `${size.toLocaleString('en')} listen`,
      bars: bySystem.map(([name, own]) => ({
        name,
        figure: figureOf(own.map(({ perSecond }) => perSecond)),
        isOurs: name === roost.name,
      })),
    })),
  })
  return { pictures: [{ name: 'fan-out', svg }], table, figures: rounds }
}
