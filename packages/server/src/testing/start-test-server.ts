/** A whole server for a test: its own folder, a free port, a real database, the named cast. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { buildApp, type App, type AppOptions } from '../app.ts'
import { readConfig, type Config } from '../config.ts'
import type { AdmissionLimits } from '../http/admission.ts'
import { reportTo } from '../log/report-to.ts'
import { databaseOf, dropDatabase, usesPostgres } from './postgres-databases.ts'
import { makeSession } from './session-row.ts'

export const PASSWORD = 'correct horse battery staple'

export interface TestServer {
  readonly app: App
  readonly url: string
  readonly folder: string
  /** On PostgreSQL. */
  readonly databaseUrl: string | undefined
  /** What went wrong that no caller was told: a test that expects nothing checks that it is empty. */
  readonly reports: unknown[]
  /** Makes an account and signs it in. */
  signUp(username: string): Promise<TestUser>
  stop(): Promise<void>
}

export interface TestUser {
  readonly id: string
  readonly username: string
  readonly token: string
  /** Calls the API with this user's token. */
  call(method: string, path: string, body?: unknown): Promise<TestReply>
}

export interface TestReply {
  readonly status: number
  // Tests look into replies of every shape.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any
}

/** A test that asks for hundreds of things at once wants all of them. */
const all: AdmissionLimits = { least: Infinity, most: Infinity, work: Infinity, sends: Infinity }

/**
 * Folders of tests lie in memory where there is room: every commit waits for the disk, and what a
 * power cut would leave is not what these tests are about.
 */
const place = hasRoom('/dev/shm') ? '/dev/shm' : tmpdir()

function hasRoom(folder: string): boolean {
  const ENOUGH = 1024 ** 3
  if (!existsSync(folder)) return false
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize > ENOUGH
}

/** The variable that names the SQLite file to begin with, where one was made for all tests of a run. */
export const TEMPLATE = 'ROOST_TEST_TEMPLATE'
let template: Promise<Buffer> | undefined

function readTemplate(): Promise<Buffer> {
  const made = process.env[TEMPLATE]
  return made === undefined ? makeTemplate() : readFile(made)
}

/** Migrates a database with an owner in it, to be copied. */
export async function makeTemplate(): Promise<Buffer> {
  const folder = mkdtempSync(join(place, 'roost-template-'))
  try {
    await prepareTemplate(testConfig(folder, { databaseUrl: undefined }))
    return readFileSync(join(folder, 'roost.db'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Brings a database up to date, and puts the owner into it. */
export async function prepareTemplate(config: Config): Promise<void> {
  const app = await buildApp(config)
  await app.createAccount(
    { username: 'owner', name: 'Owner', email: 'owner@example.org', password: PASSWORD },
    { admin: true },
  )
  await app.close()
}

export function testConfig(folder: string, change: Partial<Config> = {}): Config {
  const many = 100_000
  return {
    ...readConfig({ HOST: '127.0.0.1', PORT: '0', ROOST_DATA: folder }, folder),
    secret: 'a secret for tests, long enough to sign cookies with',
    folderSecret: '',
    webRoot: undefined,
    fixed: {
      signInsPerAccount: many,
      signInsPerAddress: many,
      signUpsPerAddress: many,
      sendBurst: many,
      sendsPerSecond: many,
      requestsPerSecond: many,
    },
    ...change,
  }
}

/** @param options `empty` starts without the owner that other tests need to sign up */
export async function startTestServer(
  options: { empty?: boolean; config?: Partial<Config>; folder?: string } & AppOptions = {},
): Promise<TestServer> {
  const folder = options.folder ?? mkdtempSync(join(place, 'roost-'))
  mkdirSync(folder, { recursive: true })
  const isNew = options.folder === undefined
  // A test may say where the data is to be.
  const isGiven = options.config !== undefined && 'databaseUrl' in options.config
  const postgres =
    usesPostgres() && !isGiven
      ? await databaseOf(folder, { empty: options.empty === true || !isNew })
      : undefined
  if (!options.empty && isNew && !postgres && options.config?.databaseUrl === undefined)
    writeFileSync(join(folder, 'roost.db'), await (template ??= readTemplate()))
  const reports: unknown[] = []
  const { log } = options
  const tell = log && reportTo(log)
  const config = { ...options.config, ...(postgres !== undefined && { databaseUrl: postgres }) }
  const app = await buildApp(testConfig(folder, config), {
    report: (error) => {
      reports.push(error)
      tell?.(error)
    },
    ...(log && { log }),
    ...(options.now && { now: options.now }),
    admission: options.admission ?? all,
  })
  const url = `http://127.0.0.1:${await app.listen()}`
  return {
    app,
    url,
    folder,
    databaseUrl: postgres,
    reports,
    signUp: (username) => signUp(app, url, username),
    async stop() {
      await app.close()
      if (!isNew) return
      if (postgres !== undefined) await dropDatabase(postgres)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Calls an API the way a program does, with a token where there is one. */
export async function callApi(
  url: string,
  request: { method: string; path: string; body?: unknown; token?: string; headers?: object },
): Promise<TestReply & { headers: Headers }> {
  const { method, path, body, token } = request
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...request.headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json') ?? false
  return {
    status: response.status,
    body: isJson ? (JSON.parse(text) as unknown) : text,
    headers: response.headers,
  }
}

/**
 * As if they had signed up at the door, with the password of the owner. Nothing is hashed: that is made
 * to take long, and nearly every test begins with a few people.
 */
async function signUp(app: App, url: string, username: string): Promise<TestUser> {
  const { core } = app
  const name = username.slice(0, 1).toUpperCase() + username.slice(1)
  const account = { username, name, email: `${username}@example.org` }
  const { userId } = await app.createAccount(account, { admin: false })
  const { token, row } = makeSession(core, userId)
  await core.database.write(async ({ db }) => {
    const { password } = await db
      .selectFrom('accounts as a')
      .innerJoin('users as u', 'u.id', 'a.userId')
      .select('a.password')
      .where('u.username', '=', 'owner')
      .executeTakeFirstOrThrow()
    await db.updateTable('accounts').set({ password }).where('userId', '=', userId).execute()
    await db.insertInto('sessions').values(row).execute()
  })
  return {
    id: userId,
    username,
    token,
    call: (method, path, body) => callApi(url, { method, path, body, token }),
  }
}
