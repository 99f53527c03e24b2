import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createClient } from 'redis'
import { expect, test } from 'vitest'

import { askPostgres } from './testing/ask-postgres.ts'
import { dropDatabase } from './testing/postgres-databases.ts'
import { TestRedis } from './testing/redis-server.ts'
import { startTestServer, type TestServer } from './testing/start-test-server.ts'

test('a start that fails at its last step holds on to nothing', async () => {
  const redis = await TestRedis.start()
  const folder = mkdtempSync(join(tmpdir(), 'roost-app-'))
  const start = (config: { webRoot?: string } = {}) =>
    startTestServer({ folder, config: { redisUrl: redis.url, ...config } })
  const first = await start()
  await first.stop()

  const page = join(folder, 'index.html')
  writeFileSync(page, 'no folder')
  await expect(start({ webRoot: page })).rejects.toThrow('must be a directory')
  await expect.poll(() => isOpen(first), { timeout: 10_000 }).toBe(false)
  await expect.poll(() => countClients(redis), { timeout: 10_000 }).toBe(0)
  await (await start()).stop()

  const { databaseUrl } = first
  if (databaseUrl !== undefined) await dropDatabase(databaseUrl)
  rmSync(folder, { recursive: true })
  await redis.kill()
})

/** Whether somebody has the database open. */
async function isOpen({ databaseUrl, folder }: TestServer): Promise<boolean> {
  if (databaseUrl === undefined) return existsSync(join(folder, 'roost.db-wal'))
  const others = await askPostgres(databaseUrl, (ask) =>
    ask(`select 1 from pg_stat_activity
      where datname = current_database() and backend_type = 'client backend'
        and pid <> pg_backend_pid()`),
  )
  return others.length > 0
}

/** Beside the one that asks. */
async function countClients({ url }: TestRedis): Promise<number> {
  const client = createClient({ url })
  await client.connect()
  const clients = await client.clientList()
  client.destroy()
  return clients.length - 1
}
