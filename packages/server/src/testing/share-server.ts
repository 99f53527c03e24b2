/**
 * One server for all tests of a file, with people on it. It stops after the last of them, and fails
 * the file when something went wrong that no caller was told: what a test expects, it takes out.
 */
import { afterAll } from 'vitest'

import type { Core } from '../core.ts'
import { signUpCast, type Person } from './person.ts'
import { startTestServer, type TestServer } from './start-test-server.ts'

export async function shareServer<const Name extends string>(
  names: readonly Name[],
  options?: Parameters<typeof startTestServer>[0],
): Promise<{ server: TestServer; core: Core } & Record<Name, Person>> {
  const server = await startTestServer(options)
  afterAll(async () => {
    await server.stop()
    if (server.reports.length > 0)
      throw new AggregateError(server.reports, `Reported: ${server.reports.map(String).join('\n')}`)
  })
  return { server, core: server.app.core, ...(await signUpCast(server, ...names)) }
}
