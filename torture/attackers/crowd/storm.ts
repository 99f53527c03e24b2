/** The server is killed, and everybody comes back in the same moment, having missed a few messages. */
import { uuidv7 } from '@roost/protocol'

import { isRecord, readJson } from '../../json.ts'
import { judge, type Attacker, type Order, type Outcome } from '../attacker.ts'
import { Recorder } from '../recorder.ts'
import { readHeads, readServerState } from '../server-state.ts'
import {
  gather,
  percentile,
  post,
  say,
  startCrowdServer,
  type Crowd,
  type CrowdServer,
  type Guest,
} from './crowd.ts'
import { openRawSocket, type RawSocket } from './raw-socket.ts'

export const storm: Attacker = {
  name: 'storm',
  about: 'all sockets of a killed server come back at once; each of them is an attack',
  size: { test: 1_000, campaign: 10_000 },
  run,
}

/** Said while nobody is there. */
const MISSED = 3
/** Milliseconds that coming back may take, and more of them for every socket. */
const PATIENCE = { least: 8_000, each: 20 }
const ATTEMPTS = 10
const REQUESTS_AT_ONCE = 500
/** "At most one query per client." */
const STATEMENTS_EACH = 1

async function run({ attacks, progress, bug }: Order): Promise<Outcome> {
  const crowd = await gather(attacks, { loud: 0 })
  const before = await readHeads(crowd.folder)
  const recorder = new Recorder()
  recorder.devices['host'] = { userId: crowd.host.id, inOrder: true }
  let server = await startCrowdServer(crowd.folder, { bug })
  try {
    const first = server.url
    for (let at = 0; at < attacks; at += 100) {
      const some = crowd.guests.slice(at, at + 100)
      await Promise.all(some.map(({ token }) => openRawSocket(first, token, () => {})))
    }
    await server.kill()
    server = await startCrowdServer(crowd.folder, { bug })
    const scene = { crowd, server, recorder }
    const from = before.get(crowd.hallId) ?? 0
    for (let count = 0; count < MISSED; count += 1) await sayRecorded(scene, `missed ${count}`)
    const { found, figures } = await comeBackAll(scene, from)
    for (let socket = 0; socket < attacks; socket += 1) progress?.()
    const state = await readServerState(crowd.folder, { before, counts: new Map() })
    const { devices, entries } = recorder
    return judge({ devices, entries, server: state, finals: [] }, { attacks, found, figures })
  } finally {
    await server.kill()
    crowd.remove()
  }
}

interface Scene {
  readonly crowd: Crowd
  readonly server: CrowdServer
  readonly recorder: Recorder
}

async function comeBackAll(scene: Scene, from: number) {
  const { crowd, server } = scene
  const count = crowd.guests.length
  const start = await server.ask()
  const begun = performance.now()
  // All have been told where the log stands before anyone asks for more: each part has its own price.
  const toldAll = meeting(count, () => server.ask())
  const back = crowd.guests.map((guest) =>
    comeBack(guest, { crowd, server, from, last: from + MISSED, told: toldAll.come }),
  )
  // Life goes on while they come.
  const meanwhile = sayRecorded(scene, 'said in the storm')
  const results = await Promise.all(back)
  await meanwhile
  const end = await sayRecorded(scene, 'all are back')
  const deaf = await countDeaf(results, end)
  const told = await toldAll.held
  const after = await server.ask()
  for (const { socket } of results) socket.close()
  const late = results.filter(({ at }) => at === undefined).length
  const toConnect = (told.statements - start.statements) / count
  const toFetch = (after.statements - told.statements) / count
  const inAll = toConnect + toFetch
  const times = results.flatMap(({ at }) => (at === undefined ? [] : [at - begun]))
  const ms = (share: number) => `${Math.round(percentile(times, share))} ms`
  const found = [
    ...(late > 0 ? [`${late} of ${count} sockets never caught up.`] : []),
    ...(deaf > 0 ? [`${deaf} of ${count} sockets hear nothing since they are back.`] : []),
    ...(inAll > STATEMENTS_EACH
      ? [`Coming back took ${inAll.toFixed(2)} statements for each socket.`]
      : []),
    ...after.reports.map((report) => `The server reports: ${report}`),
  ]
  const figures = {
    'caught up, p50 and p99': `${ms(0.5)}, ${ms(0.99)}`,
    'statements per socket': `${inAll.toFixed(3)}, ${toConnect.toFixed(3)} of them to be told where the log stands and ${toFetch.toFixed(3)} to fetch what it missed`,
  }
  return { found, figures }
}

/** How many do not get an event that follows. */
async function countDeaf(results: readonly Returned[], seq: number): Promise<number> {
  const until = performance.now() + PATIENCE.least
  const count = () => results.filter(({ got }) => !got.has(seq)).length
  while (count() > 0 && performance.now() < until)
    await new Promise((resolve) => setTimeout(resolve, 5))
  return count()
}

/** All who come wait for each other; `held` is what the last of them found. */
function meeting<T>(size: number, look: () => Promise<T>) {
  const { promise: held, resolve, reject } = Promise.withResolvers<T>()
  let missing = size
  return {
    held,
    come: (): Promise<unknown> => {
      missing -= 1
      if (missing === 0) look().then(resolve, reject)
      return held
    },
  }
}

async function sayRecorded({ crowd, server, recorder }: Scene, body: string): Promise<number> {
  const clientId = uuidv7(Date.now(), Math.random)
  const { hallId: roomId, host } = crowd
  const write = { type: 'send', body } as const
  recorder.invoke({ clientId, device: 'host', conversationId: roomId, write })
  const seq = await say(server.url, host, { roomId, clientId, body })
  recorder.note({ type: 'ok', op: clientId, seq })
  return seq
}

interface Returned {
  readonly socket: RawSocket
  /** The events that it has, by whatever way. */
  readonly got: ReadonlySet<number>
  /** When it had caught up. */
  readonly at: number | undefined
}

interface Return {
  readonly crowd: Crowd
  readonly server: CrowdServer
  /** The cursor, and where the log is at least. */
  readonly from: number
  readonly last: number
  /** Called when it was told where the log stands; it may ask for what it missed once this resolves. */
  readonly told: () => Promise<unknown>
}

/** As a client does: connects, says where it is, and asks for what it is told to have missed. */
async function comeBack(
  guest: Guest,
  { crowd, server, from, last, told }: Return,
): Promise<Returned> {
  const { promise, resolve } = Promise.withResolvers<number | undefined>()
  const patience = setTimeout(
    () => resolve(undefined),
    PATIENCE.least + PATIENCE.each * crowd.guests.length,
  )
  const heads = [{ conversationId: crowd.hallId, seq: from }]
  const got = new Set<number>()
  const take = (seq: unknown) => {
    if (typeof seq === 'number') got.add(seq)
    for (let wanted = from + 1; wanted <= last; wanted += 1) if (!got.has(wanted)) return
    resolve(performance.now())
  }
  const socket = await keepTrying(server.url, guest.token, (text) => {
    const frame = text === null ? undefined : readJson(text)
    if (!isRecord(frame)) return
    if (frame['type'] === 'event' && frame['conversationId'] === crowd.hallId) take(frame['seq'])
    if (frame['type'] === 'heads')
      told()
        .then(() => inTurn(() => readMissed(guest, { server, heads })))
        .then(
          (seqs) => seqs.forEach(take),
          () => resolve(undefined),
        )
  })
  socket.send({ type: 'hello', protocol: 1, epoch: server.epoch, userSeq: 0, heads })
  const at = await promise
  clearTimeout(patience)
  return { socket, got, at }
}

let asking = 0
const waiting: (() => void)[] = []

/** A system has only so many connections for one process: the requests of the crowd share some of them. */
async function inTurn<T>(act: () => Promise<T>): Promise<T> {
  if (asking >= REQUESTS_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve))
  asking += 1
  try {
    return await act()
  } finally {
    asking -= 1
    waiting.shift()?.()
  }
}

/** A system turns some away when thousands knock at once: a client waits a moment and knocks again. */
async function keepTrying(...[url, token, hear]: Parameters<typeof openRawSocket>) {
  for (let attempt = 1; ; attempt += 1)
    try {
      return await openRawSocket(url, token, hear)
    } catch (error) {
      if (attempt === ATTEMPTS) throw error
      await new Promise((resolve) => setTimeout(resolve, 500 + Math.random() * 500 * attempt))
    }
}

async function readMissed(
  guest: Guest,
  { server, heads }: { server: CrowdServer; heads: readonly object[] },
): Promise<number[]> {
  const { epoch, url } = server
  const answer = await post(`${url}/api/v1/sync`, guest, { epoch, userSeq: 0, heads })
  const conversations = isRecord(answer) ? answer['conversations'] : undefined
  if (!Array.isArray(conversations)) throw new Error('A sync was answered with something else.')
  return conversations
    .filter(isRecord)
    .flatMap(({ events }) =>
      Array.isArray(events) ? events.filter(isRecord).map(({ seq }) => Number(seq)) : [],
    )
}
