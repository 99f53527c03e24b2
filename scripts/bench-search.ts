/**
 * `node scripts/bench-search.ts ARCHIVE`: imports an archive into a real server and says how long
 * indexing takes, what it costs those who use the server meanwhile, and how fast words are found.
 */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { adminEndpoints, endpoints } from '../packages/protocol/src/index.ts'

const [archive] = process.argv.slice(2)
if (archive === undefined) throw new Error('Usage: node scripts/bench-search.ts ARCHIVE')

const roost = 'packages/server/bin/roost.js'
const folder = mkdtempSync(join(tmpdir(), 'roost-bench-'))
const port = process.env['PORT'] ?? '8099'
const url = `http://127.0.0.1:${port}`
const env = {
  ...process.env,
  ROOST_DATA: folder,
  PORT: port,
  HOST: '127.0.0.1',
  ROOST_REQUESTS_PER_SECOND: '1000000',
}
const password = 'marmot lantern fjord'

function command(what: string, args: string[]): void {
  const more = args[0] === 'user' ? ['--password-stdin'] : []
  const started = performance.now()
  const { status, stderr } = spawnSync('node', [roost, ...args, ...more], { env, input: password })
  if (status !== 0) throw new Error(String(stderr))
  if (what) console.log(what, seconds(performance.now() - started))
}

async function timeIndexing(): Promise<void> {
  while (!(await fetch(`${url}/readyz`).catch(() => undefined))?.ok) await pause(5)
  const token = await signIn()
  const roomId = await joinRoom(token)
  const quiet = await timeRequests(async () => undefined, 100)
  const started = performance.now()
  // Whoever asks first starts it, if nobody has.
  await search(token, 'anything')
  const busy = await timeRequests(async () => ((await pending(token)) === 0 ? 'done' : undefined))
  console.log('indexing', seconds(performance.now() - started))
  console.log('  another request before it:', quiet)
  console.log('  and during it:            ', busy)
  console.log(`  search.db: ${Math.round(statSync(join(folder, 'search.db')).size / 1e6)} MB`)
  for (const query of ['the', 'a', 'ubun', 'install', '"in the"', 'sudo apt-get', 'xylo', 'zzyzx'])
    console.log(`  ${query.padEnd(14)}`, await timeSearch(token, query))
  console.log('  the, one room ', await timeSearch(token, 'the', `&conversationId=${roomId}`))
}

async function ask(path: string, token?: string, body?: object): Promise<unknown> {
  const reply = await fetch(url + path, {
    method: body ? 'POST' : 'GET',
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`)
  return reply.json()
}

async function signIn(): Promise<string> {
  const answer = await ask('/api/auth/sign-in/username', undefined, { username: 'owner', password })
  return endpoints.signInUsername.response.parse(answer).token
}

async function search(token: string, query: string, more = ''): Promise<unknown[]> {
  const answer = await ask(`/api/v1/search?query=${encodeURIComponent(query)}${more}`, token)
  return endpoints.search.response.parse(answer).messages
}

async function pending(token: string): Promise<number> {
  const health = await ask('/api/v1/admin/health', token)
  return adminEndpoints.adminHealth.response.parse(health).searchPending
}

async function joinRoom(token: string): Promise<string> {
  const [room] = endpoints.rooms.response.parse(await ask('/api/v1/rooms', token)).rooms
  if (!room) throw new Error('The archive has no room.')
  await ask(`/api/v1/conversations/${room.id}/join`, token, {})
  return room.id
}

async function timeSearch(token: string, query: string, more?: string): Promise<string> {
  const times: number[] = []
  let found = 0
  for (let n = 0; n < 30; n++) {
    const started = performance.now()
    found = (await search(token, query, more)).length
    times.push(performance.now() - started)
  }
  return `${summary(times)}, ${found} on the first page`
}

/** How long requests take that have nothing to do with searching. */
async function timeRequests(until: () => Promise<string | undefined>, most = 1e6) {
  const times: number[] = []
  do {
    const started = performance.now()
    await fetch(`${url}/readyz`).then((reply) => reply.text())
    times.push(performance.now() - started)
    await pause(2)
  } while (times.length < most && (await until()) === undefined)
  return summary(times)
}

function summary(times: number[]): string {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (part: number) => (sorted[Math.floor((sorted.length - 1) * part)] ?? 0).toFixed(1)
  return `median ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms`
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(1)} s`
}

command('', ['user', 'create', '--username', 'owner', '--email', 'o@example.org', '--admin'])
// Without a server nothing is indexed meanwhile.
command('import', ['import', archive])
const server = spawn('node', [roost, 'start', '--no-build'], { env, stdio: 'ignore' })
try {
  await timeIndexing()
} finally {
  server.kill('SIGTERM')
  await new Promise((resolve) => server.once('exit', resolve))
  rmSync(folder, { recursive: true })
}
