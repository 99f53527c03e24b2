/** The sailing club of the demonstration, on a server of its own, for the journeys that look around in it. */
import { execFile } from 'node:child_process'
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { createClient } from '@roost/sdk'
import { nodeOptions } from '@roost/sdk/node'
import { z } from 'zod'

import { account, people, type Who } from '../demo/people.ts'
import type { Account } from './api.ts'
import { makeDataFolder, startServer, type DataFolder } from './server.ts'

/** When the pictures are taken: a Friday morning in June, in Berlin. */
export const now = new Date('2026-06-12T07:41:00Z')

const tell = fileURLToPath(new URL('../demo/tell.ts', import.meta.url))

/** The story as it was told once; every test that wants it gets a copy. */
export interface Club {
  readonly folder: Pick<DataFolder, 'path'>
  readonly chatIds: Readonly<Record<string, string>>
}

const chatIdsOf = z.record(z.string(), z.string())

export interface World extends AsyncDisposable {
  readonly origin: string
  account(who: Who): Account
  /** The id of the direct chat with someone, or of a room. */
  chatId(name: string): string
}

/** Until it is thrown away, for one program. */
export async function foundClub(): Promise<Club & Disposable> {
  const folder = makeDataFolder()
  return { ...(await tellInto(folder.path)), [Symbol.dispose]: () => folder[Symbol.dispose]() }
}

/** For all workers of a run: what one of them tells into this folder, the others read. */
export async function keepClub(kept: string): Promise<void> {
  rmSync(kept, { recursive: true, force: true })
  const { chatIds } = await tellInto(join(kept, 'data'))
  writeFileSync(join(kept, 'chats.json'), JSON.stringify(chatIds))
}

export function readClub(kept: string): Club {
  const chatIds = chatIdsOf.parse(JSON.parse(readFileSync(join(kept, 'chats.json'), 'utf8')))
  return { folder: { path: join(kept, 'data') }, chatIds }
}

async function tellInto(path: string): Promise<Club> {
  const env = { ...process.env, TZ: 'Europe/Berlin' }
  const args = [tell, path, String(now.getTime())]
  const { stdout } = await promisify(execFile)(process.execPath, args, { env })
  return { folder: { path }, chatIds: chatIdsOf.parse(JSON.parse(stdout)) }
}

export async function openClub({ folder, chatIds }: Club): Promise<World> {
  const copy = makeDataFolder()
  cpSync(folder.path, copy.path, { recursive: true })
  const server = await startServer(copy)
  return {
    origin: server.origin,
    account,
    chatId: (name) => {
      const who = Object.entries(people).find(([, person]) => person.name === name)?.[0]
      const id = chatIds[who ?? name]
      if (id === undefined) throw new Error(`The club has no chat called ${name}.`)
      return id
    },
    [Symbol.asyncDispose]: async () => {
      await server.stop()
      copy[Symbol.dispose]()
    },
  }
}

/** Somebody who is there, without a browser. */
export async function arrive(world: World, who: Who) {
  const client = createClient(nodeOptions(world.origin))
  const { username, password } = world.account(who)
  await client.signIn({ login: username, password })
  return { client, [Symbol.asyncDispose]: async () => client.stop() }
}
