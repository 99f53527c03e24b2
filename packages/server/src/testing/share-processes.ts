/**
 * Several servers on one PostgreSQL and one Redis, as they would be several processes, for all tests of
 * a file; with people, each of whom can speak to any of them.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll } from 'vitest'

import { Person, signUpCast } from './person.ts'
import { TestRedis } from './redis-server.ts'
import { startTestServer, type TestServer } from './start-test-server.ts'

export interface Processes {
  readonly redis: TestRedis
  readonly servers: readonly TestServer[]
  /** What went wrong in any of them that no caller was told. */
  readonly reports: () => unknown[]
  /** The same person, speaking to the process of this number. */
  readonly at: (person: Person, index: number) => Person
  /** Resolves when all of them hear each other through Redis, or none of them. */
  readonly hearEachOther: (wanted: boolean) => Promise<void>
}

export async function shareProcesses<const Name extends string>(
  count: number,
  names: readonly Name[],
): Promise<Processes & Record<Name, Person>> {
  const redis = await TestRedis.start()
  const redisUrl = redis.url
  const first = await startTestServer({ config: { redisUrl } })
  const servers = [first]
  const folders: string[] = []
  while (servers.length < count) {
    const folder = mkdtempSync(join(tmpdir(), 'roost-process-'))
    folders.push(folder)
    const { databaseUrl } = first
    servers.push(await startTestServer({ folder, config: { databaseUrl, redisUrl } }))
  }
  afterAll(async () => {
    for (const server of servers.toReversed()) await server.stop()
    await redis.kill()
    for (const folder of folders) rmSync(folder, { recursive: true })
  })
  const hearEachOther = async (wanted: boolean) => {
    for (;;) {
      const states = servers.map(({ app }) => app.core.metrics.busIsUp)
      if (states.every((state) => state === wanted)) return
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  await hearEachOther(true)
  return {
    redis,
    servers,
    reports: () => servers.flatMap(({ reports }) => reports),
    at: (person, index) => {
      const server = servers[index]
      if (!server) throw new Error(`There is no process ${index}.`)
      return new Person(server, person)
    },
    hearEachOther,
    ...(await signUpCast(first, ...names)),
  }
}
