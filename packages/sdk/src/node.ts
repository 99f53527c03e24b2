/** What the SDK needs from the world, as Node has it: for bots, tests and other programs. */
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { ClientOptions, ClientStorage, WebSocketLike } from './options.ts'

/**
 * Options for {@link createClient} in Node 24 or newer. The session is a bearer.
 * @param baseUrl origin of the server, without a slash at the end
 * @param folder where the session and unsent messages are kept, made when it is missing; without one
 * they are kept in memory. One folder serves one client.
 */
export function nodeOptions(baseUrl: string, folder?: string): ClientOptions {
  return {
    baseUrl,
    fetch: (url, init) => fetch(url, init),
    openSocket,
    storage: folder === undefined ? memoryStorage() : folderStorage(folder),
    clock: {
      now: () => Date.now(),
      after(ms, act) {
        const timer = setTimeout(act, ms)
        return () => clearTimeout(timer)
      },
    },
    random: () => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32,
    session: 'bearer',
  }
}

/** Node's socket takes headers, which its type, made for browsers, does not say. */
function openSocket(url: string, token: string | null): WebSocketLike {
  const headers = token === null ? {} : { authorization: `Bearer ${token}` }
  const socket: unknown = Reflect.construct(WebSocket, [url, { headers }])
  if (!(socket instanceof WebSocket)) throw new TypeError('This Node has no WebSocket.')
  return socket
}

function memoryStorage(): ClientStorage {
  const values = new Map<string, string>()
  return {
    get: (key) => Promise.resolve(values.get(key) ?? null),
    async set(key, value) {
      values.set(key, value)
    },
    async delete(key) {
      values.delete(key)
    },
    keys: (prefix) => Promise.resolve([...values.keys()].filter((key) => key.startsWith(prefix))),
  }
}

/** No key's file begins like that: what it stands for is encoded there. */
const unfinished = '+'

/** A file a key. It is written beside its place and moved there, so that it is never half a file. */
function folderStorage(folder: string): ClientStorage {
  const prepare = () => mkdir(folder, { recursive: true, mode: 0o700 })
  const pathOf = (key: string) => join(folder, encodeURIComponent(key))
  return {
    async get(key) {
      try {
        return await readFile(pathOf(key), 'utf8')
      } catch (error) {
        if (isMissing(error)) return null
        throw error
      }
    },
    async set(key, value) {
      await prepare()
      const beside = join(folder, `${unfinished}${createHash('sha256').update(key).digest('hex')}`)
      await writeFile(beside, value, { mode: 0o600, flush: true })
      await rename(beside, pathOf(key))
    },
    delete: (key) => rm(pathOf(key), { force: true }),
    async keys(prefix) {
      await prepare()
      const names = await readdir(folder)
      return names
        .filter((name) => !name.startsWith(unfinished))
        .map(decodeURIComponent)
        .filter((key) => key.startsWith(prefix))
    },
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
