/**
 * `npm run demo`: the server as it is, on a data folder that is thrown away afterwards, with a small
 * world in it to look around in. Ctrl-C ends it.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { bringToLife } from './alive.ts'
import { password } from './people.ts'
import { tellStory } from './tell-story.ts'

const bin = fileURLToPath(new URL('../packages/server/bin/roost.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'roost-demo-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

console.log('Making a sailing club with a month of messages …')
const told = await tellStory(folder, Date.now())
const server = spawn(process.execPath, [bin, 'start'], {
  env: { ...process.env, ROOST_DATA: folder },
  stdio: ['ignore', 'pipe', 'inherit'],
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => server.kill(signal))
const origin = await readOrigin(server)
const sendHome = await bringToLife(origin, told)
console.log(`
The demonstration is at ${origin}

  Name       who                                        password
  nora       a member with much to read                 ${password}
  jonas      the owner, who sees the administration     ${password}
  layla      reads Arabic: the same from right to left  ${password}

Everybody else has the same password: lucia, eleni, karl, tomasz, ingrid, diego, jing, irina, mei, …
Lucía and Diego type now and then, and Lucía answers. Ctrl-C ends it and throws everything away.
`)
server.on('exit', (code) => {
  sendHome()
  process.exitCode = code ?? 0
})

/** Passes on what the server prints until it listens. */
function readOrigin(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = ''
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      printed += text
      const found = /http:\/\/[^\s/]+/.exec(printed)?.[0]
      if (found === undefined) process.stdout.write(text)
      else resolve(found)
    })
    child.on('error', reject)
    child.on('exit', () => reject(new Error('The server did not start.')))
  })
}
