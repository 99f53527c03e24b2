/** One server for all journeys. Workers learn of it by the environment. */
import { makeDataFolder, startServer } from './server.ts'

export default async function start() {
  const folder = makeDataFolder()
  const server = await startServer(folder)
  process.env['E2E_ORIGIN'] = server.origin
  process.env['E2E_SETUP_LINK'] = server.setupLink
  return async () => {
    await server.stop()
    folder[Symbol.dispose]()
  }
}
