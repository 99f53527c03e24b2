/** Searching ever more messages for a word that is everywhere and for one that is rare. */
import { endpoints } from '../../packages/protocol/src/index.ts'
import type { Question, Measured } from '../question.ts'
import { drawChart, type Point } from '../report/chart.ts'
import { figureOf, formatNumber, quantile, type Figure } from '../report/figure.ts'
import { formatTable } from '../report/table.ts'
import { makeArchive } from './archive.ts'
import { untilIndexed } from './messages.ts'
import { COMMON, RARE } from './sentences.ts'
import { serve, time, withFolder, type Served } from './served.ts'

const words = { common: COMMON, rare: RARE }
type Kind = keyof typeof words
const kinds: readonly Kind[] = ['common', 'rare']

const RUNS = 5
const TARGET = 50

interface Found {
  /** Milliseconds. */
  readonly median: Figure
  readonly p99: Figure
  /** On the first page of fifty. */
  readonly hits: number
}
interface Level {
  readonly messages: number
  readonly words: Readonly<Record<Kind, Found>>
  /** By a server that does nothing else. */
  readonly indexedPerSecond: number
}

export const search: Question = {
  name: 'search',
  measure: ({ quick, say }) =>
    withFolder(async (folder) => {
      const archive = await makeArchive({ folder })
      const levels: Level[] = []
      let indexed = 0
      for (const messages of quick ? [1e4, 1e5] : [1e4, 1e5, 1e6]) {
        await archive.grow(messages)
        const server = await serve({ folder })
        try {
          say(`indexing up to ${formatNumber(messages)} messages`)
          const took = await time(() => untilIndexed(server, archive))
          say(`searching ${formatNumber(messages)} messages`)
          const { token } = archive.reader
          const count = quick ? 40 : 200
          levels.push({
            messages,
            words: {
              common: await find(server, { token, word: words.common, count }),
              rare: await find(server, { token, word: words.rare, count }),
            },
            indexedPerSecond: ((messages - indexed) / took) * 1_000,
          })
          indexed = messages
        } finally {
          await server.stop()
        }
      }
      return describe(levels)
    }),
}

async function find(
  server: Served,
  { token, word, count }: { token: string; word: string; count: number },
): Promise<Found> {
  const ask = () => server.ask(token, { path: `/search?query=${word}&limit=50` })
  const { messages } = endpoints.search.response.parse(await ask())
  const runs: number[][] = []
  for (let run = 0; run < RUNS; run++) {
    const times: number[] = []
    for (let at = 0; at < count; at++) times.push(await time(ask))
    runs.push(times)
  }
  const of = (part: number) => figureOf(runs.map((times) => quantile(times, part)))
  return { median: of(0.5), p99: of(0.99), hits: messages.length }
}

function describe(levels: readonly Level[]): Measured {
  const points = (of: (level: Level) => Figure): Point[] =>
    levels.map((level) => ({ at: level.messages, ...of(level) }))
  const svg = drawChart({
    title: 'Searching ever more messages, SQLite',
    x: { title: 'messages in the index', scale: 'log' },
    y: { title: 'milliseconds; the band is the spread of the runs', scale: 'zero' },
    limit: { value: TARGET, name: `p99 is to stay below ${TARGET} ms` },
    series: kinds.flatMap((kind) => [
      { name: `${kind} word, p99`, points: points((level) => level.words[kind].p99) },
      { name: `${kind} word, median`, points: points((level) => level.words[kind].median) },
    ]),
  })
  const cells = kinds.flatMap((kind) => [
    [`${kind} word, median`, ...levels.map((level) => level.words[kind].median)],
    [`${kind} word, p99`, ...levels.map((level) => level.words[kind].p99)],
  ])
  const indexed = ['messages indexed a second', ...levels.map((level) => level.indexedPerSecond)]
  return {
    pictures: [{ name: 'search', svg }],
    table: formatTable(
      ['milliseconds', ...levels.map(({ messages }) => `at ${messages.toLocaleString('en')}`)],
      [...cells, indexed],
    ),
    figures: levels,
  }
}
