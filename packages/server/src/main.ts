/** Arguments and environment in, exit code out. */
import { readFileSync } from 'node:fs'

import { z } from 'zod'

import type { Command } from './cli/command.ts'
import { explain } from './cli/explain.ts'
import { importFile } from './cli/import.ts'
import { UsageError } from './cli/refusal.ts'
import { runCommand } from './cli/run-command.ts'
import { start } from './cli/start.ts'
import { catchStopSignal } from './cli/stop-signal.ts'
import { terminalOutput } from './cli/terminal.ts'
import { userCreate } from './cli/user-create.ts'
import { readConfig } from './config.ts'

const commands: readonly Command[] = [userCreate, importFile]

const usage = `Roost, a messenger that you host yourself.

Usage: roost COMMAND

  start [--no-build]
      Run the server. --no-build serves the web app as it was last built.
  user create ${userCreate.usage}
      Make an account. The first administrator is the owner.
  import ${importFile.usage}
      Bring in messages from JSON lines, compressed by gzip or not.

  --help, --version

Settings are environment variables: PORT (8000), HOST (every address),
ROOST_DATA (./data), ROOST_ORIGIN (the address people open) and others:
see docs/operating.md.
`

/** Resolves to the exit code; never rejects. */
export async function main(args: string[]): Promise<number> {
  const stop = catchStopSignal()
  try {
    return await dispatch(args, stop.signal)
  } catch (error) {
    if (isUsageError(error)) {
      console.error(`${error.message}\n\n${usage}`)
      return 2
    }
    console.error(explain(error))
    return 1
  } finally {
    stop.release()
  }
}

async function dispatch(args: string[], signal: AbortSignal): Promise<number> {
  const [first] = args
  if (first === undefined) throw new UsageError('Which command?')
  if (args.includes('--help') || first === '-h' || first === 'help') return print(usage)
  if (first === '--version') return print(`${readVersion()}\n`)
  if (first === 'start') return start(args.slice(1), { settings: readSettings(), commands, signal })
  for (const command of commands) {
    const words = command.name.split(' ')
    if (words.some((word, at) => args[at] !== word)) continue
    return run(command, args.slice(words.length), signal)
  }
  throw new UsageError(`There is no command "${args.join(' ')}".`)
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
