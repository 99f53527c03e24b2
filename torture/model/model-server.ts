/**
 * The real server in this process, without a network. It can die at any moment: what is durable then
 * is what its folder holds, and a new one starts from that.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { buildApp, type App } from '../../packages/server/src/app.ts'
import { hashToken } from '../../packages/server/src/auth/hashed-sessions.ts'
import { newId } from '../../packages/server/src/core.ts'
import { makeTemplate, testConfig } from '../../packages/server/src/testing/start-test-server.ts'
import { ServerEnd, upgradeRequest } from './socket-pair.ts'
import type { VirtualTime } from './virtual-time.ts'

export interface Person {
  readonly id: string
  readonly name: string
}

export interface Session {
  readonly id: string
  readonly token: string
}

const place = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
const DATABASE = 'roost.db'
const LONG = 100 * 365 * 24 * 60 * 60 * 1_000

export class ModelServer {
  readonly #time: VirtualTime
  readonly #root = mkdtempSync(join(place, 'roost-model-'))
  #folders = 0
  #folder = ''
  #app: App | undefined
  /** What went wrong that nobody was told. */
  reports: unknown[] = []
  startedAt = 0
  /** Counts the lives of the server: what an earlier one says reaches nobody. */
  life = 0
  /** Counts how often it was put back to an earlier state. */
  pasts = 0

  constructor(time: VirtualTime) {
    this.#time = time
  }

  get isUp(): boolean {
    return this.#app !== undefined
  }

  get app(): App {
    if (!this.#app) throw new Error('The server is down.')
    return this.#app
  }

  async begin(): Promise<void> {
    this.#folder = this.#newFolder()
    const made = process.env['ROOST_TEST_TEMPLATE']
    const template = made === undefined ? await makeTemplate() : await readFile(made)
    writeFileSync(join(this.#folder, DATABASE), template)
    await this.start()
  }

  async start(): Promise<void> {
    if (this.#app) return
    this.startedAt = this.#time.now()
    const { reports } = this
    this.#app = await buildApp(testConfig(this.#folder), {
      now: this.#time.now,
      report: (error) => reports.push(error),
    })
    await this.#app.http.ready()
  }

  /** Ends as it should. */
  async stop(): Promise<void> {
    const app = this.#app
    this.#app = undefined
    this.life++
    await app?.close()
  }

  /** Is gone between two instructions: nothing is finished, nothing is said. */
  crash(): void {
    const app = this.#app
    if (!app) return
    const old = this.#folder
    this.#folder = this.#newFolder()
    copyDatabase(old, this.#folder)
    this.#app = undefined
    this.life++
    // Whatever it still does, it does to a folder that nobody looks at.
    this.reports = []
    app
      .close()
      .catch(() => {})
      .finally(() => rmSync(old, { recursive: true, force: true }))
  }

  /** Keeps what the folder holds now; the function returned puts it back. */
  keep(): (as: { newEpoch: boolean }) => void {
    const kept = this.#newFolder()
    copyDatabase(this.#folder, kept)
    return ({ newEpoch }) => {
      this.crash()
      this.pasts++
      this.#folder = this.#newFolder()
      copyDatabase(kept, this.#folder)
      if (!newEpoch) return
      const database = new DatabaseSync(join(this.#folder, DATABASE))
      database
        .prepare('UPDATE "meta" SET "value" = ? WHERE "key" = ?')
        .run(`epoch ${this.#folders}`, 'epoch')
      database.close()
    }
  }

  async end(): Promise<void> {
    await this.stop()
    rmSync(this.#root, { recursive: true, force: true })
  }

  /** Somebody with an account. */
  async settle(name: string): Promise<Person> {
    const username = `${name}.${this.#time.now().toString(36)}`
    const { userId } = await this.app.createAccount(
      { username, name, email: `${username}@example.org` },
      { admin: false },
    )
    return { id: userId, name }
  }

  /** Signs each of these people in. */
  async openSessions(people: readonly Person[]): Promise<Session[]> {
    const { core } = this.app
    const dateOf = (at: number) => new Date(at).toISOString()
    const now = this.#time.now()
    const sessions = people.map(({ id: userId }) => {
      const id = newId(core)
      return { id, userId, token: hashToken(`the token of ${id}`) }
    })
    await core.database.write(({ db }) =>
      db
        .insertInto('sessions')
        .values(
          sessions.map(({ id, userId, token }) => ({
            id,
            userId,
            token: hashToken(token),
            deviceId: null,
            expiresAt: dateOf(now + LONG),
            createdAt: dateOf(now),
            updatedAt: dateOf(now),
            ipAddress: null,
            userAgent: null,
            impersonatedBy: null,
            lastSeenAt: null,
          })),
        )
        .execute(),
    )
    return sessions
  }

  /** A request, as if it had come over HTTP. */
  async ask(path: string, init: RequestInit = {}): Promise<Response> {
    const { http } = this.app
    const { body } = init
    const answer = await this.#time.during(
      http.inject({
        method: (init.method ?? 'GET') as 'GET',
        url: path,
        headers: Object.fromEntries(new Headers(init.headers)),
        ...(typeof body === 'string' && { payload: body }),
      }),
    )
    const headers = new Headers()
    for (const [name, value] of Object.entries(answer.headers)) headers.set(name, String(value))
    const isEmpty = answer.statusCode === 204 || answer.statusCode === 304
    return new Response(isEmpty ? null : answer.payload, { status: answer.statusCode, headers })
  }

  connect(end: ServerEnd, token: string | null): void {
    const request = upgradeRequest(end, '/api/v1/socket', token)
    this.app.http.server.emit('upgrade', request, end, Buffer.alloc(0))
  }

  #newFolder(): string {
    const folder = join(this.#root, String(++this.#folders))
    mkdirSync(folder)
    return folder
  }
}

/** What a process that dies now would find when it starts again. */
function copyDatabase(from: string, to: string): void {
  for (const file of [DATABASE, `${DATABASE}-wal`])
    if (existsSync(join(from, file))) cpSync(join(from, file), join(to, file))
}
