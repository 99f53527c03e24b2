/** `npm run demo`: starts, says whom to be, and lets one in. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

import { chatRow, signIn } from './app.ts'
import { expect, Stage, test } from './fixtures.ts'

const start = fileURLToPath(new URL('../demo/start.ts', import.meta.url))

test('the demonstration is a world to sign in to', async ({ browser }) => {
  const demo = spawn(process.execPath, [start], {
    env: { ...process.env, PORT: '0', HOST: '127.0.0.1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const abandon = () => demo.kill('SIGKILL')
  process.once('exit', abandon)
  await using _ended = {
    [Symbol.asyncDispose]: async () => {
      process.off('exit', abandon)
      if (demo.exitCode !== null) return
      const exited = once(demo, 'exit')
      demo.kill('SIGTERM')
      await exited
    },
  }
  let printed = ''
  for await (const text of demo.stdout.setEncoding('utf8')) {
    printed += String(text)
    if (printed.includes('Ctrl-C ends it')) break
  }
  const origin = /demonstration is at (\S+)/.exec(printed)?.[1] ?? ''
  const [, username = '', password = ''] = /^ +(nora) .* {2}(\S.*)$/m.exec(printed) ?? []
  await using stage = new Stage(browser, origin)
  const page = await stage.stranger()
  await signIn(page, { ...stage.account('Nora'), username, password })
  await expect(chatRow(page, 'Segelclub Möwenbucht')).toBeVisible()
  await expect(chatRow(page, 'Lucía Ferrer')).toContainText('online')
})
