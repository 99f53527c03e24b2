/**
 * Three times as much is asked as can be done: how long what is admitted takes, what becomes of the rest,
 * of the memory and of what was acknowledged, and when it is over.
 */

import { readHeads, readServerState } from '../../torture/attackers/server-state.ts'
import { check } from '../../torture/checker/check.ts'
import { installed } from '../installed.ts'
import { Flood, type Step, type Told } from '../load/flood.ts'
import { Latencies, type Spread } from '../load/latencies.ts'
import { Listener } from '../load/listener.ts'
import { cpuOf, memoryOf, untilIdle } from '../processes.ts'
import type { Effort, Measured, Question } from '../question.ts'
import { drawBars } from '../report/bars.ts'
import { figureOf } from '../report/figure.ts'
import { formatTable } from '../report/table.ts'
import { roost, roostOnPostgres, twoOnPostgres, type RoostSystem } from '../roost/roost.ts'
import { buildTown, type Town } from '../roost/town.ts'

export const overload: Question = { name: 'overload', measure: measureAll }

interface Phase {
  readonly name: string
  /** A second. */
  readonly offered: number
  readonly admitted: number
  readonly refused: number
  /** Milliseconds from the moment at which it was to be said, of what was stored. */
  readonly latency: Spread
  readonly refusal: Spread
  /** How late the generator itself was, which counts in both. */
  readonly late: Spread
  /** Bytes of Roost's own processes: the most that was seen. */
  readonly memory: number
}

interface Flooded {
  readonly system: string
  /** Messages a second. */
  readonly peak: number
  /** Microseconds of the processor for a message that is stored, at the peak, and for a refusal. */
  readonly cpu: { readonly stored: number; readonly refused: number | undefined }
  readonly phases: readonly Phase[]
  /** Seconds after the flood until nothing is refused and the 99th percentile is as before. */
  readonly recovery: number | undefined
  readonly acknowledged: number
  /** Promises that were not kept, as sentences. */
  readonly broken: readonly string[]
}

const PEOPLE = 64
/** On each line: what is under way together is stored together, which makes the peak higher. */
const AHEAD = 8
const TIMES = 3
const WINDOW = 250
/** Of the 99th percentile before: what counts as the same. */
const LIKE_BEFORE = 2

async function measureAll(effort: Effort): Promise<Measured> {
  const { quick, say } = effort
  const all = installed([roost, ...(quick ? [] : [roostOnPostgres, twoOnPostgres])], say)
  const floods: Flooded[] = []
  for (const system of all) {
    say(`a flood comes to ${system.name}`)
    floods.push(await measureSystem(system, effort))
  }
  return describe(floods)
}

async function measureSystem(system: RoostSystem, effort: Effort): Promise<Flooded> {
  const opened = await system.open(async ({ folder, databaseUrl }) => {
    const town = await buildTown(folder, { people: PEOPLE }, databaseUrl)
    const database = databaseUrl ?? folder
    return { town, database, before: await readHeads(database) }
  })
  const { town, database, before } = opened.made
  // Also the last of its processes is there.
  await untilIdle(() => opened.pids())
  const own = opened.own()
  const memory = watchMemory(() => memoryOf(own))
  try {
    const { flood, listeners } = await gather(opened.url, town)
    const measured = await run({ ...effort, flood, memory, cpu: () => cpuOf(opened.pids()) })
    flood.close()
    for (const listener of listeners) listener.close()
    const { entries, devices } = flood
    const server = await readServerState(database, { before, counts: new Map() })
    const broken = check({ entries, devices, server, finals: [] })
    return {
      system: system.name,
      ...measured,
      acknowledged: entries.filter(({ type }) => type === 'ok').length,
      broken: broken.map(({ invariant, sentence }) => `${invariant}: ${sentence}`),
    }
  } finally {
    memory.stop()
    await opened.stop()
  }
}

/** Everybody writes to their neighbour, who listens. */
async function gather(url: string, { people, directs }: Town) {
  const speakers = people.map(({ id: userId, token }, at) => {
    const conversationId = directs[Math.floor(at / 2)]
    if (conversationId === undefined) throw new Error('They have no chat.')
    return { userId, token, conversationId }
  })
  const listeners = await Promise.all(
    people.map(({ token }) => Listener.open({ url, token, tally: { frames: 0 } })),
  )
  return { flood: await Flood.open(url, speakers), listeners }
}

interface Order extends Effort {
  readonly flood: Flood
  readonly memory: Memory
  /** Seconds of the server so far. */
  readonly cpu: () => number
}

async function run(order: Order) {
  const { quick, say, flood, cpu } = order
  const calmSeconds = quick ? 4 : 8
  // What is compiled while it runs for the first time is not what is asked.
  await flood.findPeak({ seconds: 3, ahead: AHEAD })
  const begun = cpu()
  const peak = await flood.findPeak({ seconds: calmSeconds, ahead: AHEAD })
  const stored = (cpu() - begun) / peak.stored
  say(`peak: ${Math.round(peak.perSecond)} messages a second`)
  const calm = { perSecond: peak.perSecond / 3, seconds: calmSeconds }
  const before = await measurePhase('before', order, calm)
  await flood.drain()
  say(`a third of it: p99 ${before.phase().latency.p99.toFixed(1)} ms`)
  const storm = { perSecond: peak.perSecond * TIMES, seconds: quick ? 4 : 10 }
  const during = await measurePhase('during', order, storm)
  const after = await measurePhase('after', order, calm)
  await flood.drain()
  say(`three times it: p99 ${during.phase().latency.p99.toFixed(1)} ms`)
  const limit = before.phase().latency.p99 * LIKE_BEFORE
  const refused = (during.cpu - stored * during.stored) / during.refused
  return {
    peak: peak.perSecond,
    cpu: {
      stored: stored * MICROSECONDS,
      // Of few it cannot be told.
      refused: refused > 0 && during.refused > during.stored ? refused * MICROSECONDS : undefined,
    },
    phases: [before, during, after].map(({ phase }) => phase()),
    recovery: recoveryOf(after.told, limit),
  }
}
const MICROSECONDS = 1_000_000

async function measurePhase(name: string, { flood, memory, cpu }: Order, step: Step) {
  const [latency, refusal, late] = [new Latencies(), new Latencies(), new Latencies()]
  const told: Told[] = []
  memory.begin()
  const begun = cpu()
  await flood.offer(step, (one) => {
    told.push(one)
    late.record(one.late)
    if (one.status === 201) latency.record(one.took)
    else refusal.record(one.took)
  })
  const [stored, refused] = [latency.read().count, refusal.read().count]
  const most = memory.most()
  // Read once all is answered.
  const phase = (): Phase => ({
    name,
    offered: step.perSecond,
    admitted: latency.read().count / step.seconds,
    refused: refusal.read().count / step.seconds,
    latency: latency.read(),
    refusal: refusal.read(),
    late: late.read(),
    memory: most,
  })
  return { phase, told, stored, refused, cpu: cpu() - begun }
}

function recoveryOf(told: readonly Told[], limit: number): number | undefined {
  const windows = Map.groupBy(told, ({ due }) => Math.floor(due / WINDOW))
  for (const [at, own] of [...windows].toSorted(([one], [other]) => one - other)) {
    const latency = new Latencies()
    for (const { took } of own) latency.record(took)
    const isRefused = own.some(({ status }) => status !== 201)
    if (!isRefused && latency.read().p99 <= limit) return (at * WINDOW) / 1_000
  }
  return undefined
}

type Memory = ReturnType<typeof watchMemory>

function watchMemory(look: () => number) {
  const EVERY = 100
  let most = 0
  const timer = setInterval(() => (most = Math.max(most, look())), EVERY)
  return {
    begin: () => void (most = look()),
    most: () => Math.max(most, look()),
    stop: () => clearInterval(timer),
  }
}

function describe(floods: readonly Flooded[]): Measured {
  const MEGABYTE = 1024 ** 2
  const table = formatTable(
    [
      '',
      'the flood',
      'asked a second',
      'stored',
      'refused',
      'p50, ms',
      'p99, ms',
      'of that the generator, ms',
      'memory, MB',
    ],
    floods.flatMap(({ system, phases }) =>
      phases.map(({ name, offered, admitted, refused, latency, late, memory }) => [
        system,
        name,
        Math.round(offered),
        Math.round(admitted),
        Math.round(refused),
        latency.p50,
        latency.p99,
        late.p99,
        Math.round(memory / MEGABYTE),
      ]),
    ),
  )
  const svg = drawBars({
    title: 'Three times as much as can be done',
    axis: 'milliseconds until 99 of 100 of those messages are stored that are not refused',
    groups: floods.map(({ system, phases }) => ({
      name: system,
      bars: phases.map(({ name, latency }) => ({
        name: `${name} the flood`,
        figure: figureOf([latency.p99]),
        isOurs: name === 'during',
      })),
    })),
  })
  return {
    pictures: [{ name: 'overload', svg }],
    table: [table, ...floods.map(summarize)].join('\n\n'),
    figures: floods,
  }
}

function summarize({ system, cpu, recovery, acknowledged, broken }: Flooded): string {
  const refusal = cpu.refused === undefined ? '' : `, a refusal ${Math.round(cpu.refused)}`
  const end =
    recovery === undefined
      ? 'It was not as before when the measuring ended.'
      : `${recovery} s after the flood it was as before.`
  const sentence = `${system}: a message took ${Math.round(cpu.stored)} µs of the processor${refusal}. ${end} ${acknowledged.toLocaleString('en')} were acknowledged; ${broken.length} promises were broken.`
  return [sentence, ...broken.slice(0, 10)].join('\n')
}
