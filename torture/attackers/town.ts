/** The people and rooms that every attack begins with: made once, then copied. */
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { PASSWORD, startTestServer } from '@roost/server/testing'

import { isRecord } from '../json.ts'

export interface Resident {
  readonly id: string
  readonly username: string
  readonly token: string
}

export interface Town {
  /** alice, bob and carol, who are in every room. */
  readonly people: readonly Resident[]
  readonly roomIds: readonly string[]
}

const ROOMS = ['Kitchen', 'Garden']
let made: Promise<{ town: Town; folder: string }> | undefined

/** A town to be attacked. `remove` it at the end. */
export interface OpenTown {
  readonly town: Town
  /** Of a server's data. */
  readonly folder: string
  /** Where all that is said is stored: see `server-state.ts`. */
  readonly place: string
  readonly remove: () => void
}

/** A data folder with the town in it. */
export async function openTown(): Promise<OpenTown> {
  const { town, folder: template } = await (made ??= makeTown())
  const folder = newFolder('town')
  cpSync(join(template, 'roost.db'), join(folder, 'roost.db'))
  return {
    town,
    folder,
    place: folder,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** By its real path: what is done to it is recognised by that. */
export function newFolder(name: string): string {
  return realpathSync(mkdtempSync(join(tmpdir(), `roost-torture-${name}-`)))
}

async function makeTown() {
  const folder = newFolder('template')
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const data = join(folder, 'data')
  mkdirSync(data)
  return { town: await settleTown(data), folder: data }
}

/** @param databaseUrl of a PostgreSQL to keep the town in, instead of the folder */
export async function settleTown(folder: string, databaseUrl?: string): Promise<Town> {
  const server = await startTestServer({ folder, config: { databaseUrl } })
  const owner = { username: 'owner', name: 'Owner', email: 'owner@example.org' }
  await server.app.createAccount({ ...owner, password: PASSWORD }, { admin: true })
  const users = await Promise.all(['alice', 'bob', 'carol'].map((name) => server.signUp(name)))
  const [alice, ...others] = users
  if (!alice) throw new Error('Nobody lives here.')
  const roomIds: string[] = []
  for (const name of ROOMS) {
    const userIds = others.map(({ id }) => id)
    const room = { kind: 'room', name, visibility: 'public', userIds }
    const reply: { body: unknown } = await alice.call('POST', '/api/v1/conversations', room)
    if (isRecord(reply.body)) roomIds.push(String(reply.body['id']))
  }
  await server.stop()
  const people = users.map(({ id, username, token }) => ({ id, username, token }))
  return { people, roomIds }
}
