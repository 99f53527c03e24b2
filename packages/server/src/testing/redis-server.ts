/** A Redis for tests, which can be killed, started again on its port, emptied, and made deaf. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

import { createClient } from 'redis'

import { endWithUs } from './end-with-us.ts'
import { findPort } from './free-port.ts'

export class TestRedis {
  readonly url: string
  readonly #port: number
  #child: ChildProcess | undefined

  private constructor(port: number) {
    this.#port = port
    this.url = `redis://127.0.0.1:${port}`
  }

  static async start(): Promise<TestRedis> {
    const redis = new TestRedis(await findPort())
    await redis.start()
    return redis
  }

  /** Resolves when it takes commands. */
  async start(): Promise<void> {
    const settings = {
      port: this.#port,
      bind: '127.0.0.1',
      save: '',
      appendonly: 'no',
      dir: '/tmp',
    }
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)])
    const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] })
    endWithUs(child)
    this.#child = child
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', (text: Buffer) => {
        if (String(text).includes('Ready to accept connections')) resolve()
      })
      child.once('error', reject)
      child.once('exit', (code) => reject(new Error(`redis-server ended with ${code}.`)))
    })
  }

  /** At once, as by a power cut. */
  async kill(): Promise<void> {
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }

  /** From here on it takes what it is sent and answers nothing. */
  deafen(): void {
    this.#child?.kill('SIGSTOP')
  }

  /** It hears again, also what it was sent meanwhile. */
  undeafen(): void {
    this.#child?.kill('SIGCONT')
  }

  async flush(): Promise<void> {
    const client = createClient({ url: this.url })
    client.on('error', () => {})
    await client.connect()
    await client.flushAll()
    client.destroy()
  }
}
