/** The sailing club of the demonstration, on a server of its own, for the journeys that look around in it. */
import { execFile } from 'node:child_process'
import { cpSync } from 'node:fs'
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
export interface Club extends Disposable {
  readonly folder: DataFolder
  readonly chatIds: Readonly<Record<string, string>>
}

export interface World extends AsyncDisposable {
  readonly origin: string
  account(who: Who): Account
  /** The id of the direct chat with someone, or of a room. */
  chatId(name: string): string
}

export async function foundClub(): Promise<Club> {
  const folder = makeDataFolder()
  const args = [tell, folder.path, String(now.getTime())]
  const env = { ...process.env, TZ: 'Europe/Berlin' }
  const { stdout } = await promisify(execFile)(process.execPath, args, { env })
  const chatIds = z.record(z.string(), z.string()).parse(JSON.parse(stdout))
  return { folder, chatIds, [Symbol.dispose]: () => folder[Symbol.dispose]() }
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
