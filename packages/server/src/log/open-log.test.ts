import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'

import { expect, test } from 'vitest'

const openLog = new URL('open-log.ts', import.meta.url).href

/** What a process wrote that ends like this as soon as it has said something. */
async function saidBefore(end: string): Promise<string> {
  const program = `
    import { openLog } from ${JSON.stringify(openLog)}
    const { log } = openLog({ format: 'json', level: 'info' })
    log.info('The last word.')
    ${end}`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'inherit', 'pipe'],
  })
  return text(child.stderr)
}

test.each([
  ['ends at once', 'process.exit(1)'],
  ['throws what nobody catches', `throw new Error('It broke.')`],
  ['rejects what nobody waits for', `void Promise.reject(new Error('It broke.'))`],
])('what was said right before the process %s is written', async (_how, end) => {
  expect(await saidBefore(end)).toMatch(/^\{"level":"info",.*"msg":"The last word\."\}\n/)
})
