/** Sending to ever larger rooms: of people who all listen, and of people of whom few do. */
import { uuidv7 } from '../../packages/protocol/src/index.ts'
import { seedCrowd, seedMembers } from '../../packages/server/src/testing/seed.ts'
import { WORDS } from '../load/words.ts'
import type { Question, Effort, Measured } from '../question.ts'
import { drawChart, type Point } from '../report/chart.ts'
import { figureOf, quantile, type Figure } from '../report/figure.ts'
import { formatTable } from '../report/table.ts'
import { Crowds } from './crowds.ts'
import { makeData } from './data.ts'
import { serve, withFolder, type Served } from './served.ts'

const ONLINE = [10, 100, 1_000, 10_000]
const MEMBERS = [10, 100, 1_000, 10_000, 100_000]
/** Of those of whom few listen. */
const LISTENERS = 10
const RUNS = 5

interface Room {
  readonly kind: 'online' | 'members'
  readonly name: string
  readonly id: string
  readonly size: number
  readonly listeners: readonly string[]
}
interface Level {
  readonly kind: Room['kind']
  /** All members but the sender: of `online` all of them listen. */
  readonly members: number
  /** Milliseconds until the sender knows that it is stored. */
  readonly stored: Figure
  /** Milliseconds until the last listener has it. */
  readonly heard: Figure
  /** Microseconds of the server's CPU for each listener, the storing included. */
  readonly cpuPerDelivery: Figure
}

export const members: Question = {
  name: 'members',
  measure: (effort) => withFolder((folder) => measureAll(folder, effort)),
}

async function measureAll(folder: string, { quick, say }: Effort): Promise<Measured> {
  say('filling rooms')
  const { token, rooms } = await makeRooms(folder, quick)
  const server = await serve({ folder })
  const crowds = new Crowds(server.url)
  try {
    const levels: Level[] = []
    for (const room of rooms) {
      say(`${room.size.toLocaleString('en')} ${room.kind}: connecting`)
      await crowds.connect(room.name, room.listeners)
      say(`${room.size.toLocaleString('en')} ${room.kind}: sending`)
      levels.push(await measureRoom(server, { room, token, crowds, quick }))
    }
    return describe(levels)
  } finally {
    await crowds.close()
    await server.stop()
  }
}

function makeRooms(
  folder: string,
  quick: boolean,
): Promise<{ token: string; rooms: readonly Room[] }> {
  return makeData({ folder }, async ({ app, owner: sender, signIn }) => {
    const make = async (kind: Room['kind'], size: number): Promise<Room> => {
      const name = `${kind}${size}`
      const { id } = await sender.makeRoom({ name })
      const online = kind === 'online' ? size : LISTENERS
      const people = await seedMembers(app.core, id, online)
      if (size > online) await seedCrowd(app.core, id, size - online)
      const listeners = (await signIn(people)).map(({ token }) => token)
      return { kind, name, id, size, listeners }
    }
    const rooms: Room[] = []
    const most = quick ? 1_000 : Infinity
    for (const size of MEMBERS.filter((each) => each <= most))
      rooms.push(await make('members', size))
    for (const size of ONLINE.filter((each) => each <= most)) rooms.push(await make('online', size))
    return { token: sender.token, rooms }
  })
}

/** One message after the other: each is heard by all before the next is sent. */
async function measureRoom(
  server: Served,
  on: { room: Room; token: string; crowds: Crowds; quick: boolean },
): Promise<Level> {
  const { room, token, crowds, quick } = on
  let number = 0
  const say = async () => {
    const text = `${room.name} ${number++}`
    const heard = crowds.heardByAll(room.name, text)
    const begun = performance.now()
    await server.ask(token, {
      path: `/conversations/${room.id}/messages`,
      body: {
        clientId: uuidv7(Date.now(), Math.random),
        body: `${text}: ${WORDS}`,
      },
    })
    const stored = performance.now() - begun
    return { stored, heard: (await heard) - begun }
  }
  // Enough deliveries for a clock that counts hundredths of a second.
  const deliveries = quick ? 5_000 : 40_000
  const count = Math.min(
    quick ? 50 : 200,
    Math.max(5, Math.ceil(deliveries / room.listeners.length)),
  )
  for (let at = 0; at < 5; at++) await say()
  const runs: { stored: number; heard: number; cpu: number }[] = []
  for (let run = 0; run < RUNS; run++) {
    const cpu = server.cpu()
    const times: { stored: number; heard: number }[] = []
    for (let at = 0; at < count; at++) times.push(await say())
    runs.push({
      stored: quantile(
        times.map(({ stored }) => stored),
        0.5,
      ),
      heard: quantile(
        times.map(({ heard }) => heard),
        0.5,
      ),
      cpu: ((server.cpu() - cpu) / count / room.listeners.length) * 1e6,
    })
  }
  return {
    kind: room.kind,
    members: room.size,
    stored: figureOf(runs.map(({ stored }) => stored)),
    heard: figureOf(runs.map(({ heard }) => heard)),
    cpuPerDelivery: figureOf(runs.map(({ cpu }) => cpu)),
  }
}

function describe(levels: readonly Level[]): Measured {
  const of = (kind: Room['kind']) => levels.filter((level) => level.kind === kind)
  const points = (kind: Room['kind'], value: (level: Level) => Figure): Point[] =>
    of(kind).map((level) => ({ at: level.members, ...value(level) }))
  const x = { title: 'members beside the sender', scale: 'log' } as const
  const send = drawChart({
    title: 'A message to ever larger rooms',
    x,
    y: {
      title: 'milliseconds, clients on the same cores; the band is the spread of the runs',
      scale: 'log',
    },
    series: [
      { name: 'all online: the last has it', points: points('online', ({ heard }) => heard) },
      { name: 'all online: stored', points: points('online', ({ stored }) => stored) },
      { name: 'ten online: the last has it', points: points('members', ({ heard }) => heard) },
      { name: 'ten online: stored', points: points('members', ({ stored }) => stored) },
    ],
  })
  const cpu = drawChart({
    title: 'What a delivery costs in ever larger rooms',
    x: { title: 'members, all of them online', scale: 'log' },
    y: {
      title: "microseconds of the server's CPU for each listener, storing included",
      scale: 'log',
    },
    series: [{ name: 'CPU', points: points('online', ({ cpuPerDelivery }) => cpuPerDelivery) }],
  })
  return {
    pictures: [
      { name: 'members', svg: send },
      { name: 'deliveries', svg: cpu },
    ],
    table: formatTable(
      ['members', 'online', 'stored, ms', 'the last has it, ms', 'CPU for each listener, µs'],
      levels.map(({ kind, members: size, stored, heard, cpuPerDelivery }) => [
        size.toLocaleString('en'),
        kind === 'online' ? 'all' : String(LISTENERS),
        stored,
        heard,
        cpuPerDelivery,
      ]),
    ),
    figures: levels,
  }
}
