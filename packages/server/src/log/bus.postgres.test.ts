import { expect, test } from 'vitest'

import { TestRedis } from '../testing/redis-server.ts'
import { sendRaw } from '../testing/send-raw.ts'
import { startTestServer } from '../testing/start-test-server.ts'
import { logTo } from './open-log.ts'

test('that Redis is gone, and that it is back, is a line each, and a field of the health', async () => {
  const redis = await TestRedis.start()
  const lines: string[] = []
  const log = logTo({ write: (line) => lines.push(line) }, { format: 'json', level: 'info' })
  const server = await startTestServer({ log, config: { redisUrl: redis.url } })
  const said = (level: string, message: string) =>
    lines.filter((line) => line.includes(`"level":"${level}"`) && line.includes(message)).length
  const bus = async () => {
    const { status, text } = await sendRaw(server.url, { path: '/readyz' })
    return [status, /"bus":"(\w+)"/.exec(text)?.[1]]
  }
  await expect.poll(bus, { timeout: 10_000 }).toEqual([200, 'up'])
  await redis.kill()
  await expect.poll(bus, { timeout: 10_000 }).toEqual([200, 'down'])
  // A start that was slow has told of it once before.
  const before = said('info', 'Redis answers again.')
  await expect.poll(() => said('warn', 'Redis does not answer.'), { timeout: 10_000 }).toBe(1)
  expect(said('info', 'Redis answers again.')).toBe(before)
  await redis.start()
  await expect.poll(bus, { timeout: 10_000 }).toEqual([200, 'up'])
  expect(said('info', 'Redis answers again.')).toBe(before + 1)
  await server.stop()
  await redis.kill()
})
