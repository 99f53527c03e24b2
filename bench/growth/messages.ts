/** Sending and reading with ever more messages in the database, on either engine. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'

import { endpoints, uuidv7 } from '../../packages/protocol/src/index.ts'
import { IndexFile } from '../../packages/server/src/search/index-file.ts'
import { startPostgres } from '../../packages/server/src/testing/embedded-postgres.ts'
import { WORDS } from '../load/words.ts'
import type { Question, Effort, Measured } from '../question.ts'
import { drawChart, type Point } from '../report/chart.ts'
import { figureOf, formatNumber, quantile, type Figure } from '../report/figure.ts'
import { formatTable, type Cell } from '../report/table.ts'
import { makeArchive, type Archive } from './archive.ts'
import { serve, time, withFolder, type Place, type Served } from './served.ts'

type Engine = 'sqlite' | 'postgres'
const engineNames = { sqlite: 'SQLite', postgres: 'PostgreSQL' }

/** What people do, in the words of the chart; the last is what any request costs. */
const acts = {
  list: 'chat list of 200 chats',
  sync: 'sync after an absence',
  page: 'page of history',
  unread: 'unread of one chat',
  send: 'send',
  nothing: 'a request for oneself',
} as const
type Act = keyof typeof acts
const actNames = Object.keys(acts) as Act[]

const RUNS = 5
/** The server answers five requests for sync in a tenth of a second, and lets more of them wait. */
const SYNC_EVERY = 25
/** Of those who come back: chats with news, and events in each. */
const NEWS = { chats: 20, events: 10 }

interface Level {
  readonly messages: number
  /** Milliseconds: the medians of the runs. */
  readonly medians: Readonly<Record<Act, Figure>>
  /** Milliseconds of the server's CPU, which a crowded machine changes less than the time one waits. */
  readonly cpu: Readonly<Record<Act, Figure>>
  /** Milliseconds: the 99th percentile of all requests. */
  readonly p99: Readonly<Record<Act, number>>
  /** With 64 on their way at any time. */
  readonly sendsPerSecond: Figure
  readonly databaseBytes: number
}

export const messagesOnSqlite: Question = {
  name: 'messages-sqlite',
  measure: (effort) =>
    withFolder((folder) =>
      measureAll('sqlite', { folder }, { ...effort, sizes: sizesTo(effort.quick ? 1e5 : 1e7) }),
    ),
}

export const messagesOnPostgres: Question = {
  name: 'messages-postgres',
  async measure(effort) {
    const postgres = await startPostgres()
    try {
      return await withFolder((folder) =>
        measureAll(
          'postgres',
          { folder, databaseUrl: postgres.url },
          {
            ...effort,
            sizes: sizesTo(effort.quick ? 1e5 : 1e6),
          },
        ),
      )
    } finally {
      await postgres.stop()
    }
  },
}

const sizesTo = (largest: number) => [1e4, 1e5, 1e6, 1e7].filter((size) => size <= largest)

async function measureAll(
  engine: Engine,
  place: Place,
  { sizes, quick, say }: Effort & { sizes: readonly number[] },
): Promise<Measured> {
  const archive = await makeArchive(place)
  const levels: Level[] = []
  for (const size of sizes) {
    say(`${engineNames[engine]}: writing up to ${formatNumber(size)} messages`)
    await archive.grow(size)
    if (engine === 'sqlite') skipIndexing(place.folder)
    say(`${engineNames[engine]}: measuring at ${formatNumber(size)} messages`)
    levels.push(await measureLevel(place, { archive, messages: size, quick }))
  }
  return describe(engine, levels)
}

/**
 * Says in the search index that all is in it: what a new index costs is another curve, and here it would
 * be built for the first time beside everything else.
 */
function skipIndexing(folder: string): void {
  const database = new DatabaseSync(join(folder, 'roost.db'), { readOnly: true })
  const epoch = database.prepare(`SELECT "value" FROM "meta" WHERE "key" = 'epoch'`).get()
  const rows = database
    .prepare(
      `SELECT c."id", c."kind", c."lastSeq", e."id" AS "eventId" FROM "conversations" c
       JOIN "events" e ON e."conversationId" = c."id" AND e."seq" = c."lastSeq"`,
    )
    .all()
  database.close()
  const index = new IndexFile(join(folder, 'search.db'), String(epoch?.['value']))
  const known = index.heads()
  index.commit(() => {
    for (const { id, kind, lastSeq, eventId } of rows) {
      const head = known.get(String(id)) ?? index.addConversation(String(id), String(kind))
      index.moveHead(head, Number(lastSeq), String(eventId))
    }
  })
  index.close()
}

async function measureLevel(
  place: Place,
  { archive, messages, quick }: { archive: Archive; messages: number; quick: boolean },
): Promise<Level> {
  const server = await serve(place)
  try {
    await untilIndexed(server, archive)
    const act = await prepareActs(server, archive)
    const rounds = quick ? 15 : 60
    await run(server, { act, rounds: 10 })
    const runs: Record<Act, Cost[]>[] = []
    for (let at = 0; at < RUNS; at++) runs.push(await run(server, { act, rounds }))
    const sends: number[] = []
    for (let at = 0; at < RUNS; at++)
      sends.push(await sendMany(server, archive, quick ? 300 : 2_000))
    const health = (await server.ask(archive.reader.token, { path: '/admin/health' })) as Health
    const of = <T>(value: (act: Act) => T) =>
      Object.fromEntries(actNames.map((name) => [name, value(name)])) as Record<Act, T>
    return {
      messages,
      medians: of((name) => figureOf(runs.map((costs) => quantile(costs[name].map(timeOf), 0.5)))),
      cpu: of((name) => figureOf(runs.map((costs) => quantile(costs[name].map(cpuOf), 0.5)))),
      p99: of((name) =>
        quantile(
          runs.flatMap((costs) => costs[name].map(timeOf)),
          0.99,
        ),
      ),
      sendsPerSecond: figureOf(sends),
      databaseBytes: health.databaseBytes,
    }
  } finally {
    await server.stop()
  }
}

/** What of it is asked for here. */
interface Health {
  readonly searchPending: number
  readonly databaseBytes: number
}

export async function untilIndexed(server: Served, { reader }: Archive): Promise<void> {
  // Whoever asks first starts it.
  await server.ask(reader.token, { path: '/search?query=anything' })
  for (;;) {
    await pause(250)
    const { searchPending } = (await server.ask(reader.token, { path: '/admin/health' })) as Health
    if (searchPending === 0) return
  }
}

type Acts = Readonly<Record<Act, () => Promise<unknown>>>

async function prepareActs(server: Served, archive: Archive): Promise<Acts> {
  const { reader, largest } = archive
  const read = (path: string, body?: object) =>
    server.ask(reader.token, { path, ...(body && { body }) })
  const list = async () => {
    const first = endpoints.conversations.response.parse(await read('/conversations?limit=100'))
    return [
      first,
      endpoints.conversations.response.parse(
        await read(`/conversations?limit=100&cursor=${first.nextCursor ?? ''}`),
      ),
    ]
  }
  const pages = await list()
  const chats = pages.flatMap(({ conversations }) => conversations)
  if (chats.length !== 200) throw new Error(`The reader is in ${chats.length} chats.`)
  const [epoch, userSeq] = [pages[0]?.epoch, pages[0]?.userSeq]
  const heads = chats.map(({ id, lastSeq }, at) => ({
    conversationId: id,
    seq: at < NEWS.chats ? Math.max(0, lastSeq - NEWS.events) : lastSeq,
  }))
  const length = chats.find(({ id }) => id === largest)?.lastSeq ?? 0
  const readList = async () => {
    const { nextCursor } = (await read('/conversations?limit=100')) as { nextCursor?: string }
    await read(`/conversations?limit=100&cursor=${nextCursor}`)
  }
  return {
    list: readList,
    sync: () => read('/sync', { epoch, userSeq, heads }),
    page: () =>
      read(
        `/conversations/${largest}/messages?before=${30 + Math.ceil(Math.random() * (length - 30))}`,
      ),
    unread: () => read(`/conversations/${largest}`),
    send: () => send(server, archive),
    nothing: () => read('/me'),
  }
}

function send(server: Served, { writer, written }: Archive): Promise<unknown> {
  const id = written[Math.floor(Math.random() * written.length)] ?? ''
  return server.ask(writer.token, {
    path: `/conversations/${id}/messages`,
    body: { clientId: uuidv7(Date.now(), Math.random), body: WORDS },
  })
}

/** Milliseconds. */
interface Cost {
  readonly time: number
  readonly cpu: number
}
const timeOf = (cost: Cost) => cost.time
const cpuOf = (cost: Cost) => cost.cpu

/** All of them in turns, so that whatever else the machine does meets all of them alike. */
async function run(
  server: Served,
  { act, rounds }: { act: Acts; rounds: number },
): Promise<Record<Act, Cost[]>> {
  const costs: Record<Act, Cost[]> = {
    list: [],
    sync: [],
    page: [],
    unread: [],
    send: [],
    nothing: [],
  }
  for (let round = 0; round < rounds; round++) {
    const begun = performance.now()
    for (const name of actNames) {
      const before = server.cpu()
      const took = await time(act[name])
      costs[name].push({ time: took, cpu: (server.cpu() - before) * 1_000 })
    }
    await pause(Math.max(0, SYNC_EVERY - (performance.now() - begun)))
  }
  return costs
}

async function sendMany(server: Served, archive: Archive, count: number): Promise<number> {
  const AT_ONCE = 64
  let left = count
  const took = await time(() =>
    Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        while (left-- > 0) await send(server, archive)
      }),
    ),
  )
  return (count / took) * 1_000
}

function describe(engine: Engine, levels: readonly Level[]): Measured {
  const [first, last] = [levels[0], levels.at(-1)]
  if (!first || !last) throw new Error('Nothing was measured.')
  const x = { title: 'messages in the database', scale: 'log' } as const
  const points = (of: (level: Level) => Figure): Point[] =>
    levels.map((level) => ({ at: level.messages, ...of(level) }))
  const draw = (title: string, unit: string, of: (level: Level) => Level['medians']) =>
    drawChart({
      title: `${title} with ever more messages, ${engineNames[engine]}`,
      x,
      y: { title: `${unit}, median; the band is the spread of the runs`, scale: 'log' },
      series: actNames.map((name) => ({
        name: acts[name],
        points: points((level) => of(level)[name]),
      })),
    })
  const sends = drawChart({
    title: `Sends with ever more messages, ${engineNames[engine]}`,
    x,
    y: { title: 'messages a second with 64 on their way, client on the same cores', scale: 'zero' },
    series: [{ name: 'sends', points: points(({ sendsPerSecond }) => sendsPerSecond) }],
  })
  const at = ({ messages }: Level) => `at ${messages.toLocaleString('en')}`
  const row = (name: string, of: (level: Level) => Figure): Cell[] => [
    name,
    ...levels.map(of),
    of(last).median / of(first).median,
  ]
  return {
    pictures: [
      {
        name: `messages-${engine}`,
        svg: draw('Requests', 'milliseconds', ({ medians }) => medians),
      },
      {
        name: `cpu-${engine}`,
        svg: draw('The cost of requests', "milliseconds of the server's CPU", ({ cpu }) => cpu),
      },
      { name: `sends-${engine}`, svg: sends },
    ],
    table: [
      formatTable(
        ['milliseconds', ...levels.map(at), 'ratio'],
        [
          ...actNames.map((name) => row(acts[name], ({ medians }) => medians[name])),
          row('sends a second, 64 at once', ({ sendsPerSecond }) => sendsPerSecond),
        ],
      ),
      formatTable(
        ["milliseconds of the server's CPU", ...levels.map(at), 'ratio'],
        actNames.map((name) => row(acts[name], ({ cpu }) => cpu[name])),
      ),
    ].join('\n\n'),
    figures: levels,
  }
}
