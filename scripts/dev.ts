/** `npm run dev`: the server restarting on changes, and the web app reloading in place. Ctrl-C ends both. */
import { spawn, type ChildProcess } from 'node:child_process'
import { delimiter, join } from 'node:path'

const webAddress = 'http://localhost:5173'

const env = {
  ...process.env,
  PATH: [join(process.cwd(), 'node_modules/.bin'), process.env['PATH']].join(delimiter),
  /** Where the web app's proxy expects it. */
  PORT: '8000',
  /** Links that the server prints lead to the web app that reloads. */
  ROOST_ORIGIN: process.env['ROOST_ORIGIN'] ?? webAddress,
}

const server = start('server', 'node', [
  '--watch',
  '--watch-preserve-output',
  'packages/server/bin/roost.js',
  'start',
  '--no-build',
])
const web = start('web', 'vite', ['packages/web', '--strictPort', '--clearScreen', 'false'])

console.log(`Web app, reloading: ${webAddress}\n`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop(signal))

function start(name: string, command: string, args: string[]): ChildProcess {
  const child = spawn(command, args, { env, stdio: 'inherit' })
  child.on('error', (error) => {
    console.error(`${name}: ${error.message}`)
    process.exitCode = 1
    stop('SIGTERM')
  })
  child.on('exit', (code) => {
    if (code) process.exitCode = code
    stop('SIGTERM')
  })
  return child
}

/** Neither is of use without the other. A child that has ended already ignores this. */
function stop(signal: NodeJS.Signals): void {
  server.kill(signal)
  web.kill(signal)
}
