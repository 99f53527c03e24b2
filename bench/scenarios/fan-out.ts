/** One speaks to a room of many who listen, beside sockets that are handed a frame made beforehand. */
import { chunksOf } from '../../packages/server/src/chunks.ts'
import { speakToAll, type FanOut } from '../load/crowd.ts'
import type { Effort, Measured, Question } from '../question.ts'
import { rawFanOut } from '../reference/reference.ts'
import { drawBars } from '../report/bars.ts'
import { figureOf } from '../report/figure.ts'
import { formatTable } from '../report/table.ts'
import { roost, type RoostSystem } from '../roost/roost.ts'

export const fanOut: Question = { name: 'fan-out', measure: measureAll }

const SIZES = [10, 100, 1_000, 10_000]
const AT_ONCE = 16

interface Round extends FanOut {
  readonly system: string
  readonly listeners: number
}

async function measureAll({ quick, say, previous }: Effort): Promise<Measured> {
  const rounds: Round[] = []
  for (const listeners of quick ? SIZES.slice(0, 3) : SIZES)
    for (let round = 1; round <= (quick ? 1 : 3); round++)
      for (const system of [roost, ...(previous ? [previous] : []), rawFanOut]) {
        say(`round ${round}: ${listeners.toLocaleString('en')} listen to ${system.name}`)
        const figures = await measureRoom(system, listeners, quick ? 2 : 6)
        rounds.push({ system: system.name, listeners, ...figures })
      }
  return describe(rounds)
}

async function measureRoom(system: RoostSystem, size: number, seconds: number): Promise<FanOut> {
  const running = await system.start({ people: size + 1, members: size + 1 })
  try {
    const people = Array.from({ length: size }, (_, at) => at + 1)
    const tally = { frames: 0 }
    const listeners = []
    for (const chunk of chunksOf(people, 100))
      listeners.push(...(await Promise.all(chunk.map((person) => running.listen(person, tally)))))
    const speaker = await running.connect(0)
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

function describe(rounds: readonly Round[]): Measured {
  const sizes = [...Map.groupBy(rounds, ({ listeners }) => listeners)]
  const names = [...new Set(rounds.map(({ system }) => system))]
  const table = formatTable(
    [
      'listeners',
      ...names.map((name) => `${name}, frames a second`),
      'Roost / raw ws',
      ...names.map((name) => `${name}, µs of CPU a frame`),
    ],
    sizes.map(([size, all]) => {
      const of = (name: string, read: (round: Round) => number) =>
        all.filter(({ system }) => system === name).map(read)
      const raw = of(rawFanOut.name, ({ perSecond }) => perSecond)
      const ours = of(roost.name, ({ perSecond }) => perSecond)
      return [
        size,
        ...names.map((name) => figureOf(of(name, ({ perSecond }) => perSecond))),
        figureOf(ours.map((each, at) => each / (raw[at] ?? Infinity))),
        ...names.map((name) => figureOf(of(name, ({ cpu }) => cpu))),
      ]
    }),
  )
  const svg = drawBars({
    title: 'A room in which everybody is online',
    axis: 'frames a second, over all who listen',
    groups: sizes.map(([size, all]) => ({
      name: `${size.toLocaleString('en')} listen`,
      bars: [...Map.groupBy(all, ({ system }) => system)].map(([name, own]) => ({
        name,
        figure: figureOf(own.map(({ perSecond }) => perSecond)),
        isOurs: name === roost.name,
      })),
    })),
  })
  return { pictures: [{ name: 'fan-out', svg }], table, figures: rounds }
}
