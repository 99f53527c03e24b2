/** A server that a journey has for itself, for what would disturb all others: settings, mail, policies. */
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'

import type { Browser } from '@playwright/test'

import { Api } from './api.ts'
import { Stage, type Person } from './fixtures.ts'
import { makeDataFolder, startServer } from './server.ts'

export interface OwnServer extends AsyncDisposable {
  readonly stage: Stage
  readonly owner: Person
}

/** @param env what its environment says, beside what that of every journey does */
export async function openOwnServer(
  browser: Browser,
  env: NodeJS.ProcessEnv = {},
): Promise<OwnServer> {
  const folder = makeDataFolder()
  const server = await startServer(folder, env)
  const stage = new Stage(browser, server.origin)
  const account = stage.account('Olga')
  const api = await Api.setUp(server, account)
  return {
    stage,
    owner: { ...account, id: api.userId, api },
    [Symbol.asyncDispose]: async () => {
      try {
        await stage[Symbol.asyncDispose]()
      } finally {
        await server.stop()
        folder[Symbol.dispose]()
      }
    },
  }
}

/** The environment of a server that knows its own address: the links in its mails need that. */
export async function namedOrigin(): Promise<{ PORT: string; ROOST_ORIGIN: string }> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return { PORT: String(port), ROOST_ORIGIN: `http://localhost:${port}` }
}
