/** What people who are signed in and do nothing cost the server: its memory, and its CPU. */
import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

import { limits } from '../../packages/protocol/src/index.ts'
import { seedMembers } from '../../packages/server/src/testing/seed.ts'
import type { Question, Effort, Measured } from '../question.ts'
import { drawChart, type Point } from '../report/chart.ts'
import { figureOf, quantile, type Figure } from '../report/figure.ts'
import { formatTable } from '../report/table.ts'
import { Crowds } from './crowds.ts'
import { makeData } from './data.ts'
import { serve, withFolder } from './served.ts'

const SIZES = { quick: [100, 500, 2_000], full: [100, 1_000, 5_000, 10_000, 15_000] }
const RUNS = { quick: 2, full: 3 }
/** Of one person, beside the room of all. */
const ROOM = 50
const TARGET = 16
const KIB = 1_024
const MIB = KIB ** 2

interface Level {
  readonly sockets: number
  /** Resident bytes over the server without sockets. */
  readonly memory: Figure
  /** Of one core, in percent, pings included. */
  readonly cpu: Figure
}
interface Sample {
  readonly memory: number
  readonly cpu: number
}

export const sockets: Question = {
  name: 'sockets',
  measure: (effort) => withFolder((folder) => measureAll(folder, effort)),
}

async function measureAll(folder: string, { quick, say }: Effort): Promise<Measured> {
  const wanted = quick ? SIZES.quick : SIZES.full
  const sizes = wanted.filter((size) => size < openFiles() - SPARE)
  if (sizes.length < wanted.length)
    say(`no more than ${openFiles()} files may be open here: "ulimit -n" says so`)
  say('signing people in')
  const tokens = await makePeople(folder, sizes.at(-1) ?? 0)
  const runs: Sample[][] = []
  for (let run = 1; run <= (quick ? RUNS.quick : RUNS.full); run++)
    runs.push(
      await measureRun(folder, { tokens, sizes, quick, say: (line) => say(`${run}: ${line}`) }),
    )
  const levels = sizes.map((size, at): Level => {
    const samples = runs.flatMap((samples) => samples[at] ?? [])
    return {
      sockets: size,
      memory: figureOf(samples.map(({ memory }) => memory)),
      cpu: figureOf(samples.map(({ cpu }) => cpu)),
    }
  })
  return describe(levels)
}

/** Which the server may have open beside its sockets. */
const SPARE = 200

/** How many files a process may have open here. */
function openFiles(): number {
  const limits = readFileSync('/proc/self/limits', 'utf8')
  return Number(/^Max open files\s+\d+\s+(\d+)/m.exec(limits)?.[1] ?? Infinity)
}

/** Each in a room of all and in one of few. */
function makePeople(folder: string, count: number): Promise<string[]> {
  return makeData({ folder }, async ({ app, owner, signIn }) => {
    const { id } = await owner.makeRoom({ name: 'Everybody' })
    const people = await seedMembers(app.core, id, count)
    for (let at = 0; at < people.length; at += ROOM) {
      const userIds = people.slice(at, at + ROOM)
      await owner.makeRoom({ name: `Room ${at / ROOM}`, userIds })
    }
    return (await signIn(people)).map(({ token }) => token)
  })
}

async function measureRun(
  folder: string,
  { tokens, sizes, quick, say }: Effort & { tokens: readonly string[]; sizes: readonly number[] },
): Promise<Sample[]> {
  const server = await serve({ folder })
  const crowds = new Crowds(server.url)
  try {
    // What is loaded with the first socket is no part of the others.
    await crowds.connect('first', tokens.slice(0, 1))
    await pause(quick ? 2_000 : 5_000)
    const empty = server.memory()
    const samples: Sample[] = []
    for (const [at, size] of sizes.entries()) {
      say(`${size.toLocaleString('en')} sockets`)
      await crowds.connect('idle', tokens.slice(sizes[at - 1] ?? 1, size))
      // So long that each has been pinged once.
      const wait = quick ? 3_000 : limits.pingEvery
      await pause(quick ? 500 : 2_000)
      const cpu = server.cpu()
      const memories: number[] = []
      const PARTS = 10
      for (let part = 0; part < PARTS; part++) {
        await pause(wait / PARTS)
        memories.push(server.memory())
      }
      samples.push({
        memory: quantile(memories, 0.5) - empty,
        cpu: ((server.cpu() - cpu) / (wait / 1_000)) * 100,
      })
    }
    return samples
  } finally {
    await crowds.close()
    await server.stop()
  }
}

function describe(levels: readonly Level[]): Measured {
  const points = (of: (level: Level) => Figure): Point[] =>
    levels.map((level) => ({ at: level.sockets, ...of(level) }))
  const x = { title: 'idle sockets', scale: 'zero' } as const
  const memory = drawChart({
    title: 'Memory of people who are signed in and do nothing',
    x,
    y: { title: 'MiB resident, over the server without sockets', scale: 'zero' },
    series: [
      { name: 'measured', points: points((level) => divide(level.memory, MIB)) },
      {
        name: `${TARGET} KiB for each`,
        points: levels.map(({ sockets: count }) => {
          const all = (count * TARGET * KIB) / MIB
          return { at: count, median: all, low: all, high: all }
        }),
      },
    ],
  })
  const cpu = drawChart({
    title: 'CPU of people who are signed in and do nothing',
    x,
    y: { title: 'percent of one core', scale: 'zero' },
    series: [{ name: 'CPU', points: points((level) => level.cpu) }],
  })
  return {
    pictures: [
      { name: 'sockets', svg: memory },
      { name: 'idle-cpu', svg: cpu },
    ],
    table: formatTable(
      ['idle sockets', 'MiB more', 'KiB for each', 'percent of one core'],
      levels.map((level) => [
        level.sockets.toLocaleString('en'),
        divide(level.memory, MIB),
        divide(level.memory, KIB * level.sockets),
        level.cpu,
      ]),
    ),
    figures: levels,
  }
}

const divide = ({ median, low, high }: Figure, by: number): Figure => ({
  median: median / by,
  low: low / by,
  high: high / by,
})
