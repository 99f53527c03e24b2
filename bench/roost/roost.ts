/** Roost as its users start it, on SQLite or on PostgreSQL and Redis, and an earlier release of it. */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

import { findPort } from '../../packages/server/src/testing/free-port.ts'
import { roostCommand, unhurried, type Place } from '../growth/served.ts'
import { Listener } from '../load/listener.ts'
import { Lodging } from '../peers/lodging.ts'
import { lacking } from '../peers/peer.ts'
import { programs, startPostgres } from '../peers/postgres.ts'
import type { Crowd, Running, System } from '../system.ts'
import { connectPerson } from './client.ts'
import { startProgram, type Opened, type Program } from './program.ts'
import { buildTown } from './town.ts'

/** One that speaks Roost's protocol. */
export interface RoostSystem extends System {
  /** On data that is made for it, where others start on that of a crowd. */
  open<T>(make: (place: Place) => Promise<T>): Promise<Opened<T>>
}

const program = {
  file: roostCommand,
  args: ['start', '--no-build'],
  env: { ...unhurried, HOST: '127.0.0.1' },
} satisfies Program

export const roost = systemOf('Roost', program)

/** Only its server is of that release: whoever asks is of this one. */
export function roostIn(folder: string): RoostSystem {
  const file = join(resolve(folder), 'packages/server/bin/roost.js')
  if (!existsSync(file)) throw new Error(`There is no Roost in ${folder}.`)
  return systemOf(`Roost in ${folder}`, { ...program, file, isEarlier: true })
}

export function systemOf(name: string, its: Program): RoostSystem {
  const open: RoostSystem['open'] = (make) => startProgram(its, make)
  return { name, open, start: (crowd) => startTown(open, crowd) }
}

const REDIS = '/usr/bin/redis-server'

export const roostOnPostgres = onPostgres('Roost on PostgreSQL and Redis', program)

export const twoOnPostgres = onPostgres('two processes of it', {
  ...program,
  args: [...program.args, '--workers', '2'],
})

function onPostgres(name: string, its: typeof program): RoostSystem {
  const open: RoostSystem['open'] = async (make) => {
    const lodging = new Lodging()
    try {
      const { url: databaseUrl } = await startPostgres(lodging)
      const redisPort = await findPort()
      const memoryOnly = ['--save', '', '--appendonly', 'no']
      lodging.start([REDIS, '--port', String(redisPort), '--bind', '127.0.0.1', ...memoryOnly])
      await lodging.answers(redisPort)
      const redisUrl = `redis://127.0.0.1:${redisPort}`
      const env = { ...its.env, DATABASE_URL: databaseUrl, REDIS_URL: redisUrl }
      const opened = await startProgram({ ...its, env }, make)
      return {
        ...opened,
        pids: () => [...opened.pids(), ...lodging.pids()],
        async stop() {
          await opened.stop()
          await lodging.leave()
        },
      }
    } catch (error) {
      await lodging.leave()
      throw error
    }
  }
  return {
    name,
    ...lacking({ postgresql: programs !== '', 'redis-server': existsSync(REDIS) }),
    open,
    start: (crowd) => startTown(open, crowd),
  }
}

async function startTown(open: RoostSystem['open'], crowd: Crowd): Promise<Running> {
  const make = ({ folder, databaseUrl }: Place) => buildTown(folder, crowd, databaseUrl)
  const opened = await open(make)
  const { url, made: town } = opened
  return {
    pids: () => opened.pids(),
    listen: (person, tally) =>
      Listener.open({ url, token: town.people[person]?.token ?? '', tally }),
    connect: (person) => connectPerson({ url, town }, person),
    stop: () => opened.stop(),
  }
}
