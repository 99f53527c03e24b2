/** Arguments and environment in, exit code out. */
import { readFileSync } from 'node:fs'

import { z } from 'zod'

import type { Command } from './cli/command.ts'
import { explain } from './cli/explain.ts'
import { importFile } from './cli/import.ts'
import { inviteCommands } from './cli/invite-commands.ts'
import { move } from './cli/move.ts'
import { UsageError } from './cli/refusal.ts'
import { roomCommands } from './cli/room-commands.ts'
import { runCommand } from './cli/run-command.ts'
import { serverCommands } from './cli/server-commands.ts'
import { start } from './cli/start.ts'
import { catchStopSignal } from './cli/stop-signal.ts'
import { terminalOutput } from './cli/terminal.ts'
import { userCommands } from './cli/user-commands.ts'
import { readConfig } from './config.ts'

const commands: readonly Command[] = [
  ...userCommands,
  ...roomCommands,
  ...inviteCommands,
  ...serverCommands,
  importFile,
  move,
]

const usage = `Roost, a messenger that you host yourself.

Usage: roost COMMAND

  start [--no-build] [--workers N]
      Run the server. --no-build serves the web app as it was last built. --workers runs
      N processes that share the port; they need DATABASE_URL and REDIS_URL.
${commands.map(({ name, usage, about }) => `  ${name} ${usage}\n      ${about}\n`).join('')}
  --help, --version

Commands work beside a running server and without one. NAME is a user name or an
e-mail address. Settings are environment variables: PORT (8000), HOST (every
address), ROOST_DATA (./data), ROOST_ORIGIN (the address people open) and others:
see docs/operating.md.
`

/** Resolves to the exit code; never rejects. */
export async function main(args: string[]): Promise<number> {
  const signal = catchStopSignal()
  try {
    return await dispatch(args, signal)
  } catch (error) {
    if (isUsageError(error)) {
      console.error(`${error.message}\n\n${usage}`)
      return 2
    }
    console.error(explain(error))
    return 1
  }
}

async function dispatch(args: string[], signal: AbortSignal): Promise<number> {
  const [first] = args
  if (first === undefined) throw new UsageError('Which command?')
  if (args.includes('--help') || first === '-h' || first === 'help') return print(usage)
  if (first === '--version') return print(`${readVersion()}\n`)
  if (first === 'start') return start(args.slice(1), { settings: readSettings(), commands, signal })
  const [command] = commands
    .filter(({ name }) => name.split(' ').every((word, at) => args[at] === word))
    // "settings set" is more than "settings".
    .toSorted((a, b) => b.name.length - a.name.length)
  if (!command) throw new UsageError(`There is no command "${args.join(' ')}".`)
  return run(command, args.slice(command.name.split(' ').length), signal)
}

async function run(command: Command, args: string[], signal: AbortSignal): Promise<number> {
  const settings = readSettings()
  const request = await command.read(args, signal)
  const output = terminalOutput(signal)
  try {
    return await runCommand(settings, { command, request, output })
  } finally {
    output.close()
  }
}

const readSettings = () => readConfig(process.env, process.cwd())

function isUsageError(error: unknown): error is Error {
  if (error instanceof UsageError) return true
  return (
    error instanceof TypeError &&
    'code' in error &&
    String(error.code).startsWith('ERR_PARSE_ARGS_')
  )
}

function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version
}

function print(text: string): number {
  process.stdout.write(text)
  return 0
}
