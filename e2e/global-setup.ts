/**
 * One server for all journeys, and a place for what is told once for those that look around in it.
 * Workers learn of both by the environment.
 */
import { join } from 'node:path'

import { makeDataFolder, startServer } from './server.ts'

export default async function start() {
  const folder = makeDataFolder()
  const club = makeDataFolder()
  const server = await startServer(folder)
  process.env['E2E_ORIGIN'] = server.origin
  process.env['E2E_SETUP_LINK'] = server.setupLink
  process.env['E2E_CLUB'] = join(club.path, 'club')
  return async () => {
    await server.stop()
    club[Symbol.dispose]()
    folder[Symbol.dispose]()
  }
}
