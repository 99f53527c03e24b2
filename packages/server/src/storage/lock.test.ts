import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, expect, test } from 'vitest'

import { takeLock } from './lock.ts'

const folder = mkdtempSync(join(tmpdir(), 'roost-lock-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('a folder is had by one at a time', () => {
  const first = takeLock(folder)
  expect(first).toBeDefined()
  expect(takeLock(folder)).toBeUndefined()
  first?.release()
  const second = takeLock(folder)
  expect(second).toBeDefined()
  second?.release()
})

test('another process is kept out, and its death by SIGKILL frees the folder', async () => {
  const module = new URL('lock.ts', import.meta.url).href
  const holder = spawn(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `import { takeLock } from ${JSON.stringify(module)}
       console.log(takeLock(${JSON.stringify(folder)}) ? 'held' : 'refused')
       setInterval(() => {}, 1_000)`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const said: unknown[] = await once(holder.stdout, 'data')
  expect(String(said[0])).toBe('held\n')
  expect(takeLock(folder)).toBeUndefined()
  holder.kill('SIGKILL')
  await once(holder, 'exit')
  const lock = takeLock(folder)
  expect(lock).toBeDefined()
  lock?.release()
})
