/** A process of a cluster: Roost as people run it, behind lines of its own to PostgreSQL and to Redis. */
import { mkdirSync } from 'node:fs'

import type { Chance } from '../../chance.ts'
import { startServer, type ServerProcess } from '../server-process.ts'
import { TcpProxy } from '../tcp-proxy.ts'

interface Place {
  readonly name: string
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
}

interface Surroundings {
  readonly databaseUrl: string
  readonly redisUrl: string
  readonly chance: Chance
}

export class Member {
  readonly name: string
  readonly toPostgres: TcpProxy
  readonly toRedis: TcpProxy
  /** What a load balancer knows: whether requests go there. */
  isThere = false
  url = ''
  /** What it said when it ended though nobody had asked it to. */
  fell: string | undefined
  readonly #place: Place
  #server: ServerProcess | undefined

  private constructor(place: Place, lines: { toPostgres: TcpProxy; toRedis: TcpProxy }) {
    this.name = place.name
    this.#place = place
    this.toPostgres = lines.toPostgres
    this.toRedis = lines.toRedis
  }

  static async settle(place: Place, around: Surroundings): Promise<Member> {
    const { name, folder, env } = place
    const { databaseUrl, redisUrl, chance } = around
    mkdirSync(folder)
    const toPostgres = new TcpProxy(chance.part(`${name} to PostgreSQL`))
    const toRedis = new TcpProxy(chance.part(`${name} to Redis`))
    const lines = {
      DATABASE_URL: through(databaseUrl, await toPostgres.listen(databaseUrl)),
      REDIS_URL: through(redisUrl, await toRedis.listen(redisUrl)),
    }
    return new Member({ name, folder, env: { ...env, ...lines } }, { toPostgres, toRedis })
  }

  /** Resolves when it takes requests. */
  async start(): Promise<void> {
    const { folder, env } = this.#place
    const server = startServer(folder, env)
    this.#server = server
    void server.ended.then(() => {
      if (this.isThere) this.fell = server.said.text.slice(-2_000)
    })
    this.url = await server.ready
    this.isThere = true
  }

  async kill(): Promise<void> {
    this.isThere = false
    await this.#server?.kill()
  }

  /** By SIGTERM: it finishes what is under way. */
  async stop(): Promise<void> {
    this.isThere = false
    await this.#server?.stop()
  }

  async end(): Promise<void> {
    await this.kill()
    this.toPostgres.close()
    this.toRedis.close()
  }

  /** What it has written since it was last started. */
  said(): string {
    return this.#server?.said.text ?? ''
  }
}

/** The same engine, at the other end of a proxy. */
function through(url: string, proxy: string): string {
  const place = new URL(url)
  place.port = new URL(proxy).port
  return place.href
}
