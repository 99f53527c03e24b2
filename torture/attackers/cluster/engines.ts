/** The PostgreSQL and the Redis that the processes of a cluster share, with a town to copy in it. */
import { rmSync } from 'node:fs'

import { askPostgres } from '../../../packages/server/src/testing/ask-postgres.ts'
import {
  startPostgres,
  type RunningPostgres,
} from '../../../packages/server/src/testing/embedded-postgres.ts'
import { TestRedis } from '../../../packages/server/src/testing/redis-server.ts'
import { newFolder, settleTown, type OpenTown, type Town } from '../town.ts'

export class Engines {
  readonly postgres: RunningPostgres
  readonly redis: TestRedis
  readonly #town: Town
  #count = 0

  private constructor(running: { postgres: RunningPostgres; redis: TestRedis }, town: Town) {
    this.postgres = running.postgres
    this.redis = running.redis
    this.#town = town
  }

  static async start(): Promise<Engines> {
    const [postgres, redis] = await Promise.all([startPostgres(), TestRedis.start()])
    process.once('exit', () => void redis.kill())
    const folder = newFolder('template')
    await administer(postgres, `CREATE DATABASE town`)
    const town = await settleTown(folder, urlOf(postgres, 'town'))
    rmSync(folder, { recursive: true, force: true })
    return new Engines({ postgres, redis }, town)
  }

  /** A database with the town in it. */
  async openTown(): Promise<OpenTown> {
    const { postgres } = this
    this.#count += 1
    const name = `town_${this.#count}`
    await administer(postgres, `CREATE DATABASE ${name} TEMPLATE town`)
    const folder = newFolder('town')
    return {
      town: this.#town,
      folder,
      place: urlOf(postgres, name),
      remove: () => rmSync(folder, { recursive: true, force: true }),
    }
  }

  async stop(): Promise<void> {
    await Promise.all([this.postgres.stop(), this.redis.kill()])
  }
}

let running: Promise<Engines> | undefined

/** One pair for all runs of this process: to start them takes longer than many an attack. */
export const openEngines = () => (running ??= Engines.start())

export async function closeEngines(): Promise<void> {
  const engines = await running
  running = undefined
  await engines?.stop()
}

const administer = ({ url }: RunningPostgres, statement: string) =>
  askPostgres(url, (ask) => ask(statement))

function urlOf({ url }: RunningPostgres, name: string): string {
  const place = new URL(url)
  place.pathname = `/${name}`
  return place.href
}
