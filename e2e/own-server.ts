/** A server that a journey has for itself, for what would disturb all others: settings, mail, policies. */
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'

import { Api } from './api.ts'
import { Stage, test as base, type Person } from './fixtures.ts'
import { makeDataFolder, startServer, type RunningServer } from './server.ts'

interface OwnServer {
  readonly stage: Stage
  readonly owner: Person
  readonly server: RunningServer
  /** Once it has ended: another on the same folder, at the same address. */
  readonly startAgain: () => Promise<void>
}

/** Takes what the environment says beside what that of every journey does. */
export type OpenServer = (env?: NodeJS.ProcessEnv) => Promise<OwnServer>

export const test = base.extend<{ openServer: OpenServer }>({
  openServer: async ({ browser }, perform) => {
    await using opened = new AsyncDisposableStack()
    await perform(async (env) => {
      const folder = opened.use(makeDataFolder())
      const server = opened.use(await startServer(folder, env))
      const stage = opened.use(new Stage(browser, server.origin))
      const account = stage.account('Olga')
      const api = await Api.setUp(server, account)
      const owner = { ...account, id: api.userId, api }
      const again = { ...env, PORT: new URL(server.origin).port }
      const startAgain = async () => void opened.use(await startServer(folder, again))
      return { stage, owner, server, startAgain }
    })
  },
})

/** The environment of a server that knows its own address: the links in its mails need that. */
export async function namedOrigin(): Promise<{ PORT: string; ROOST_ORIGIN: string }> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return { PORT: String(port), ROOST_ORIGIN: `http://localhost:${port}` }
}
