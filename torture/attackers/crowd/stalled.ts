/** Of a crowd of sockets some stop reading while a room is loud: the rest must not notice, and memory stays bounded. */
import { uuidv7 } from '@roost/protocol'

import { isRecord, readJson } from '../../json.ts'
import { judge, type Attacker, type Order, type Outcome } from '../attacker.ts'
import { Recorder } from '../recorder.ts'
import { readHeads, readServerState } from '../server-state.ts'
import { hasShim, withSendBuffer } from '../shim/shim.ts'
import { gather, percentile, say, startCrowdServer, type Crowd, type CrowdServer } from './crowd.ts'
import { openRawSocket, type RawSocket } from './raw-socket.ts'

/** Sockets that stall at once, and how many there are for each of them. */
const AT_ONCE = 200
const CROWD_FOR_EACH = 10

export const stalled: Attacker = {
  name: 'stalled',
  about: 'a tenth of all sockets stop reading; each of them is an attack',
  size: { test: AT_ONCE, campaign: 5 * AT_ONCE },
  ...(!hasShim && { lacks: 'LD_PRELOAD' }),
  run,
}

/** 2.5 MB for every stalled socket, of which the server may hold one. */
const LOUD = { messages: 250, length: 10_000 }
const SEND_BUFFER = 64 * 1024
/** Messages that are told to all before each look. */
const QUIET = 20
/** What lies ready for a socket that has read nothing: the server's bound, and what the kernels hold. */
const HELD_MOST = 1.7 * 1024 ** 2
/** The server looks at the pace of sockets once a second. */
const PATIENCE = 12_000

interface Listener {
  readonly socket: RawSocket
  /** When each event of the hall came, by its seq. */
  readonly heard: Map<number, number>
  bytes: number
  /** It was told to read on from the log, or to connect again. */
  wasTold: boolean
  readonly token: string
}
interface Scene {
  readonly crowd: Crowd
  readonly server: CrowdServer
  readonly recorder: Recorder
  readonly found: string[]
}

async function run({ attacks, progress, bug }: Order): Promise<Outcome> {
  const atOnce = Math.min(attacks, AT_ONCE)
  const crowd = await gather(atOnce * CROWD_FOR_EACH, { loud: atOnce })
  const before = await readHeads(crowd.folder)
  const recorder = new Recorder()
  recorder.devices['host'] = { userId: crowd.host.id, inOrder: true }
  const server = await startCrowdServer(crowd.folder, { bug, env: withSendBuffer(SEND_BUFFER) })
  const scene: Scene = { crowd, server, recorder, found: [] }
  try {
    const listeners: Listener[] = []
    for (let at = 0; at < crowd.guests.length; at += 100)
      listeners.push(
        ...(await Promise.all(
          crowd.guests.slice(at, at + 100).map(({ token }) => listen(scene, token)),
        )),
      )
    let idle = listeners.slice(0, atOnce)
    const others = listeners.slice(atOnce)
    // Warms up, and does not count.
    await talkQuietly(scene, others)
    const { memory: first } = await server.ask()
    // In turns, so that what else the machine does meets both alike.
    const calm: number[] = []
    const troubled: number[] = []
    let held = 0
    for (let done = 0; done < attacks && scene.found.length === 0; done += idle.length) {
      calm.push(percentile(await talkQuietly(scene, others), 0.99))
      for (const { socket } of idle) socket.stall()
      await shout(scene)
      troubled.push(percentile(await talkQuietly(scene, others), 0.99))
      held = Math.max(held, await wakeUp(scene, idle))
      // What a system holds ready for a connection grows with what has passed: new ones hold little again.
      for (const { socket } of idle) socket.close()
      idle = await Promise.all(idle.map(({ token }) => listen(scene, token)))
      for (let at = 0; at < idle.length; at += 1) progress?.()
    }
    const { memory: most, reports } = await server.ask()
    scene.found.push(...reports.map((report) => `The server reports: ${report}`))
    const state = await readServerState(crowd.folder, { before, counts: new Map() })
    const { devices, entries } = recorder
    const ratio = percentile(troubled, 0.5) / percentile(calm, 0.5)
    const megabytes = (bytes: number) => `${Math.round(bytes / 1024 ** 2)} MB`
    return judge(
      { devices, entries, server: state, finals: [] },
      {
        attacks,
        found: scene.found,
        figures: {
          'p99 of the others without stalled sockets': tellSpread(calm),
          'p99 of the others with stalled sockets': tellSpread(troubled),
          'ratio of the medians': ratio.toFixed(2),
          'memory of the server, before and after': `${megabytes(first)}, ${megabytes(most)}`,
          'held for a stalled socket at most': megabytes(held),
        },
      },
    )
  } finally {
    await server.kill()
    crowd.remove()
  }
}

/** The median of the rounds, and all between which it lies. */
function tellSpread(rounds: readonly number[]): string {
  const ms = (value: number) => `${value.toFixed(1)} ms`
  return `${ms(percentile(rounds, 0.5))} (${ms(Math.min(...rounds))} to ${ms(Math.max(...rounds))})`
}

async function listen({ crowd, server }: Scene, token: string): Promise<Listener> {
  const heard = new Map<number, number>()
  const state = { bytes: 0, wasTold: false, token }
  const socket = await openRawSocket(server.url, token, (text) => {
    if (text === null) {
      state.wasTold = true
      return
    }
    state.bytes += text.length
    // The loud ones are many, and only weighed.
    if (text.length > LOUD.length) return
    const frame = readJson(text)
    if (!isRecord(frame)) return
    if (frame['type'] === 'heads') state.wasTold = true
    if (frame['type'] !== 'event' || frame['conversationId'] !== crowd.hallId) return
    heard.set(Number(frame['seq']), performance.now())
  })
  return Object.assign(state, { socket, heard })
}

async function sayRecorded(
  { crowd, server, recorder }: Scene,
  message: { roomId: string; body: string },
): Promise<number> {
  const clientId = uuidv7(Date.now(), Math.random)
  const { roomId, body } = message
  const write = { type: 'send', body } as const
  recorder.invoke({ clientId, device: 'host', conversationId: roomId, write })
  const seq = await say(server.url, crowd.host, { roomId, clientId, body })
  recorder.note({ type: 'ok', op: clientId, seq })
  return seq
}

async function shout(scene: Scene): Promise<void> {
  const { loudId: roomId } = scene.crowd
  for (let count = 0; count < LOUD.messages; count += 1) {
    const body = `${count} ${'a'.repeat(LOUD.length - 100)}`
    await sayRecorded(scene, { roomId, body })
  }
}

/** Everybody hears everything, in order. Returns how long each event took to each of them. */
async function talkQuietly(scene: Scene, listeners: readonly Listener[]): Promise<number[]> {
  const { crowd, found } = scene
  const times: number[] = []
  for (let count = 0; count < QUIET; count += 1) {
    const begun = performance.now()
    const seq = await sayRecorded(scene, {
      roomId: crowd.hallId,
      body: `quiet ${performance.now()}`,
    })
    const isThere = await eventually(() => listeners.every(({ heard }) => heard.has(seq)))
    if (!isThere) {
      const deaf = listeners.filter(({ heard }) => !heard.has(seq)).length
      found.push(`${deaf} sockets that read everything did not hear of message ${seq}.`)
    }
    for (const { heard } of listeners) times.push((heard.get(seq) ?? Infinity) - begun)
  }
  for (const { heard } of listeners) {
    const seqs = [...heard.keys()]
    if (seqs.some((seq, at) => at > 0 && seq !== (seqs[at - 1] ?? 0) + 1)) {
      found.push('A socket heard the messages of a room in another order, or not all of them.')
      break
    }
  }
  return times
}

/** They read again: what was held for them comes, and then they are told where the log stands. Returns the most bytes held. */
async function wakeUp({ found }: Scene, idle: readonly Listener[]): Promise<number> {
  const before = idle.map(({ bytes }) => bytes)
  for (const { socket } of idle) socket.resume()
  const areTold = await eventually(() => idle.every(({ wasTold }) => wasTold))
  if (!areTold) {
    const left = idle.filter(({ wasTold }) => !wasTold).length
    found.push(`${left} stalled sockets were never told that they had missed something.`)
  }
  const held = Math.max(...idle.map(({ bytes }, at) => bytes - (before[at] ?? 0)))
  if (held > HELD_MOST)
    found.push(`${Math.round(held / 1024)} kB were held for a socket that read nothing.`)
  return held
}

async function eventually(holds: () => boolean): Promise<boolean> {
  const until = performance.now() + PATIENCE
  while (!holds()) {
    if (performance.now() > until) return false
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  return true
}
