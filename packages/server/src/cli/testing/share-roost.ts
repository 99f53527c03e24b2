/** One running server for all tests of a file, on a folder that goes when they have ended. */
import { join } from 'node:path'

import { afterAll } from 'vitest'

import { startRoost, temporaryFolder, type RunningRoost } from './roost-process.ts'

export async function shareRoost(): Promise<{
  server: RunningRoost
  /** Its data folder. */
  folder: string
  /** A path beside it, which goes with it. */
  inside: (name: string) => string
}> {
  const temporary = temporaryFolder()
  const inside = (name: string) => join(temporary.path, name)
  const folder = inside('server')
  const server = await startRoost({ folder })
  afterAll(async () => {
    await server.stop()
    temporary.remove()
  })
  return { server, folder, inside }
}
