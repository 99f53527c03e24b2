import { spawn } from 'node:child_process'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'

import { expect, test } from 'vitest'

const redisServer = new URL('redis-server.ts', import.meta.url).href

test('a Redis ends with a run that is killed', async () => {
  const program = `
    import { TestRedis } from ${JSON.stringify(redisServer)}
    const redis = await TestRedis.start()
    process.stdout.write(redis.url, () => process.kill(process.pid, 'SIGKILL'))`
  const run = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const port = Number(new URL(await text(run.stdout)).port)
  await expect.poll(() => isTaken(port), { timeout: 10_000 }).toBe(false)
})

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      resolve(true)
      socket.destroy()
    })
    socket.once('error', () => resolve(false))
  })
}
