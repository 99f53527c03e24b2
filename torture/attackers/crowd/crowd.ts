/** Thousands of people in one room, and the server's process that they crowd. */
import { fork } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

import { PASSWORD, startTestServer } from '@roost/server/testing'

import { seedSessions } from '../../../packages/server/src/testing/seed-sessions.ts'
import { seedMembers } from '../../../packages/server/src/testing/seed.ts'
import { isRecord } from '../../json.ts'
import { switchOn } from '../bug.ts'
import { newFolder } from '../town.ts'

const SESSIONS = 1_000

export interface Guest {
  readonly id: string
  readonly token: string
}

export interface Crowd {
  readonly folder: string
  /** Who says something. */
  readonly host: Guest
  readonly guests: readonly Guest[]
  /** Everybody is in it. */
  readonly hallId: string
  /** The first `loud` guests are in it. */
  readonly loudId: string
  remove(): void
}

export async function gather(count: number, { loud }: { loud: number }): Promise<Crowd> {
  const root = newFolder('crowd')
  const folder = join(root, 'data')
  const server = await startTestServer({ folder })
  const { core } = server.app
  const owner = { username: 'owner', name: 'Owner', email: 'owner@example.org' }
  await server.app.createAccount({ ...owner, password: PASSWORD }, { admin: true })
  const host = await server.signUp('host')
  const makeRoom = async (name: string) => {
    const room = { kind: 'room', name, visibility: 'public' }
    const made: { body: unknown } = await host.call('POST', '/api/v1/conversations', room)
    return isRecord(made.body) ? String(made.body['id']) : ''
  }
  const hallId = await makeRoom('Hall')
  const loudId = await makeRoom('Loud')
  const ids = await seedMembers(core, hallId, count)
  const listeners = ids.slice(0, loud).map((userId) => ({ conversationId: loudId, userId }))
  await core.database.write(async ({ db }) => {
    if (loud === 0) return
    const marks = { role: 'member' as const, deliveredSeq: 1, readSeq: 1 }
    const members = listeners.map((member) => ({ ...member, ...marks }))
    await db.insertInto('memberships').values(members).execute()
    const intervals = listeners.map((member) => ({ ...member, fromSeq: 1 }))
    await db.insertInto('membershipIntervals').values(intervals).execute()
  })
  const guests: Guest[] = []
  // A statement has room for so many.
  for (let at = 0; at < ids.length; at += SESSIONS) {
    const people = await seedSessions(server, ids.slice(at, at + SESSIONS))
    guests.push(...people.map(({ id, token }) => ({ id, token })))
  }
  await server.stop()
  const remove = () => rmSync(root, { recursive: true, force: true })
  return { folder, host: { id: host.id, token: host.token }, guests, hallId, loudId, remove }
}

export interface CrowdServer {
  readonly url: string
  readonly epoch: string
  /** Statements run so far, bytes of memory, and what went wrong that nobody was told. */
  ask(): Promise<{ statements: number; memory: number; reports: readonly string[] }>
  kill(): Promise<void>
}

export async function startCrowdServer(
  folder: string,
  { bug, env: more = {} }: { bug?: string | undefined; env?: Readonly<Record<string, string>> },
): Promise<CrowdServer> {
  const program = fileURLToPath(new URL('server.ts', import.meta.url))
  const { NODE_OPTIONS: _, ...env } = { ...process.env, ...switchOn(bug), ...more }
  const execArgv = bug === undefined ? [] : ['--conditions=seeded-bugs']
  const child = fork(program, [folder], { env, execArgv, stdio: 'inherit' })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const started = await hearFrom(child)
  return {
    url: String(started['url']),
    epoch: String(started['epoch']),
    async ask() {
      const answer = hearFrom(child)
      child.send({})
      const { statements, memory, reports } = await answer
      return {
        statements: Number(statements),
        memory: Number(memory),
        reports: Array.isArray(reports) ? reports.map(String) : [],
      }
    },
    kill() {
      child.kill('SIGKILL')
      return ended
    },
  }
}

function hearFrom(child: ReturnType<typeof fork>): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => {
      if (isRecord(message)) resolve(message)
    })
    child.once('exit', () => reject(new Error("The crowd's server has ended.")))
  })
}

/** Says something in a room, as often as is needed for it to be said once. Returns its seq. */
export async function say(
  url: string,
  host: Guest,
  message: { roomId: string; clientId: string; body: string },
): Promise<number> {
  const { roomId, ...body } = message
  const sent = await post(`${url}/api/v1/conversations/${roomId}/messages`, host, body)
  if (!isRecord(sent)) throw new Error('A send was answered with something else.')
  return Number(sent['seq'])
}

/** Comes back as late as it is told to, as a client does, for as long as the server has too much to do. */
export async function post(url: string, { token }: Guest, body: object): Promise<unknown> {
  for (;;) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const answer: unknown = await response.json()
    if (response.ok) return answer
    const wait = Number(response.headers.get('retry-after'))
    if (response.status !== 503 || wait === 0)
      throw new Error(`${url} was answered with ${response.status}.`)
    await pause(wait * 1_000)
  }
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}
