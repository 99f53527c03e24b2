/**
 * People who read, search and write at once in a room with years of real messages: how long each of
 * these takes while the others go on. Everything is asked for at moments that were fixed beforehand.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

import { endpoints, uuidv7 } from '../../packages/protocol/src/index.ts'
import { openArchive } from '../../packages/server/src/import/testing/archive.ts'
import { openAsking, roostCommand, type Asking } from '../growth/served.ts'
import { Latencies, type Spread } from '../load/latencies.ts'
import type { Effort, Measured, Question } from '../question.ts'
import { drawBars } from '../report/bars.ts'
import { figureOf } from '../report/figure.ts'
import { formatTable } from '../report/table.ts'
import { roost } from '../roost/roost.ts'
import { buildTown, type Town } from '../roost/town.ts'

export const mixed: Question = { name: 'mixed', measure: measureAll }

const PEOPLE = 64
/** A second, all together. */
const RATES = [50, 200, 800]
/** Real ones, beside this checkout; without them some are made. */
const CORPUS = join(import.meta.dirname, '../../../shared/data/ubuntu-irc/messages.jsonl.gz')

const kinds = ['read a page', 'list the chats', 'search', 'send'] as const
type Kind = (typeof kinds)[number]
/** What the next one does, of twenty. */
const shares: Readonly<Record<Kind, number>> = {
  'read a page': 10,
  'list the chats': 4,
  search: 3,
  send: 3,
}
const order = kinds.flatMap((kind) => Array.from({ length: shares[kind] }, () => kind))

interface Level {
  readonly system: string
  /** In the room, at the beginning. */
  readonly messages: number
  readonly perSecond: number
  readonly spreads: Readonly<Record<Kind, Spread>>
}
interface Room {
  readonly id: string
  readonly lastSeq: number
  readonly words: readonly string[]
  readonly tokens: readonly string[]
}

async function measureAll({ quick, say, previous }: Effort): Promise<Measured> {
  const levels: Level[] = []
  for (const system of [roost, ...(previous ? [previous] : [])]) {
    say(`importing the archive for ${system.name}`)
    const opened = await system.open(async ({ folder }) => {
      const town = await buildTown(folder, { people: PEOPLE })
      return { town, words: importArchive(folder, `${folder}.jsonl`) }
    })
    const server = openAsking(opened.url)
    try {
      const room = await enter(server, opened.made)
      await untilFound(server, room)
      await work(server, { room, perSecond: 50, seconds: 3 })
      const { name } = system
      for (const perSecond of quick ? RATES.slice(0, 2) : RATES) {
        say(`${perSecond} requests a second to ${name}`)
        const spreads = await work(server, { room, perSecond, seconds: quick ? 5 : 30 })
        levels.push({ system: name, messages: room.lastSeq, perSecond, spreads })
      }
    } finally {
      await server.close()
      await opened.stop()
    }
  }
  return describe(levels)
}

/** @returns words that are in it */
function importArchive(data: string, made: string): string[] {
  if (existsSync(CORPUS)) process.env['ROOST_CORPUS'] ??= CORPUS
  const { file, lines } = openArchive(made, { first: 5_000 })
  const { status, stderr } = spawnSync(process.execPath, [roostCommand, 'import', file], {
    env: { ...process.env, ROOST_DATA: data },
  })
  if (status !== 0) throw new Error(String(stderr))
  return lines.flatMap(({ text }) => text.match(/\p{L}{4,}/gu)?.slice(0, 1) ?? [])
}

async function enter(
  server: Asking,
  { town: { people }, words }: { town: Town; words: readonly string[] },
): Promise<Room> {
  const tokens = people.map(({ token }) => token)
  const [first = ''] = tokens
  const rooms = endpoints.rooms.response.parse(await server.ask(first, { path: '/rooms?limit=50' }))
  // What was imported, not what the town came with.
  const found = rooms.rooms.find(({ name }) => name !== 'Everybody' && name !== 'The others')
  if (!found) throw new Error('The imported room is not in the directory.')
  const { id } = found
  for (const token of tokens)
    await server.ask(token, { path: `/conversations/${id}/join`, body: {} })
  const { lastSeq } = endpoints.conversation.response.parse(
    await server.ask(first, { path: `/conversations/${id}` }),
  )
  return { id, lastSeq, words, tokens }
}

async function untilFound(server: Asking, { tokens, words }: Room): Promise<void> {
  for (;;) {
    const path = `/search?query=${encodeURIComponent(words[0] ?? 'a')}`
    const { complete } = endpoints.search.response.parse(
      await server.ask(tokens[0] ?? '', { path }),
    )
    if (complete) return
    await pause(100)
  }
}

async function work(
  server: Asking,
  { room, perSecond, seconds }: { room: Room; perSecond: number; seconds: number },
): Promise<Level['spreads']> {
  const latencies = new Map(kinds.map((kind) => [kind, new Latencies()]))
  const begun = performance.now()
  const asked: Promise<unknown>[] = []
  for (let count = 0; count < perSecond * seconds; count++) {
    const due = begun + (count / perSecond) * 1_000
    const wait = due - performance.now()
    if (wait > 0) await pause(wait)
    const kind = order[(count * 7) % order.length] ?? 'send'
    const done = act(server, { room, kind, count }).then(() =>
      latencies.get(kind)?.record(performance.now() - due),
    )
    asked.push(done)
  }
  await Promise.all(asked)
  const read = (kind: Kind) => latencies.get(kind)?.read() ?? new Latencies().read()
  return {
    'read a page': read('read a page'),
    'list the chats': read('list the chats'),
    search: read('search'),
    send: read('send'),
  }
}

function act(
  server: Asking,
  { room, kind, count }: { room: Room; kind: Kind; count: number },
): Promise<unknown> {
  const { id, lastSeq, words, tokens } = room
  const token = tokens[count % tokens.length] ?? ''
  const place = `/conversations/${id}`
  // Far apart, so that what was just read is of no use to the next.
  const somewhere = 1 + ((count * 7_919) % lastSeq)
  switch (kind) {
    case 'read a page':
      return server.ask(token, { path: `${place}/messages?before=${somewhere}` })
    case 'list the chats':
      return server.ask(token, { path: '/conversations' })
    case 'search': {
      const word = words[(count * 31) % words.length] ?? 'a'
      return server.ask(token, { path: `/search?query=${encodeURIComponent(word)}` })
    }
    case 'send': {
      const body = { clientId: uuidv7(Date.now(), Math.random), body: words[count % words.length] }
      return server.ask(token, { path: `${place}/messages`, body })
    }
    default:
      return kind satisfies never
  }
}

function describe(measured: readonly Level[]): Measured {
  const levels = measured.toSorted((one, other) => one.perSecond - other.perSecond)
  const once = (value: number) => figureOf([value])
  const table = formatTable(
    ['', 'requests a second', ...kinds.map((kind) => `${kind}: p50, p99, ms`)],
    levels.map(({ system, perSecond, spreads }) => [
      system,
      perSecond,
      ...kinds.map((kind) => `${spreads[kind].p50.toFixed(1)}, ${spreads[kind].p99.toFixed(1)}`),
    ]),
  )
  const svg = drawBars({
    title: 'Reading, searching and writing at once',
    axis: `p99 in milliseconds, of a request in a room with ${levels[0]?.messages.toLocaleString('en')} messages`,
    groups: levels.map(({ system, perSecond, spreads }) => ({
      name: `${perSecond} requests a second to ${system}`,
      bars: kinds.map((kind) => ({ name: kind, figure: once(spreads[kind].p99) })),
    })),
  })
  return { pictures: [{ name: 'mixed', svg }], table, figures: levels }
}
