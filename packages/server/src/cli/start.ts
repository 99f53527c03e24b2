/** `roost start`: the server, from an empty folder to a calm end. */
import cluster from 'node:cluster'
import { parseArgs } from 'node:util'

import type { App } from '../app.ts'
import { isShared, type Config, type Settings } from '../config.ts'
import { chooseLog } from '../log/log-settings.ts'
import type { Command } from './command.ts'
import { serveControl } from './control-server.ts'
import { openDataFolder } from './data-folder.ts'
import { greet } from './greeting.ts'
import { Refusal, systemCode, UsageError } from './refusal.ts'
import { aborted } from './stop-signal.ts'
import { buildWeb, builtWeb, projectRoot } from './web-build.ts'
import { GREETS, runWorkers } from './workers.ts'

interface Surroundings {
  readonly settings: Settings
  /** Those that run inside the server when a terminal asks. */
  readonly commands: readonly Command[]
  readonly signal: AbortSignal
}

export async function start(args: string[], around: Surroundings): Promise<number> {
  const { settings, signal } = around
  const options = { 'no-build': { type: 'boolean' }, workers: { type: 'string' } } as const
  const { values } = parseArgs({ args, options })
  const count = readCount(values.workers)
  const shared = isShared(settings)
  if (count > 1 && !shared)
    throw new Refusal(
      `--workers ${count} needs a database that several processes can share: set DATABASE_URL to a PostgreSQL and REDIS_URL to a Redis, or start without --workers.`,
    )
  const opened = openDataFolder(settings.folder, { shared })
  if (!opened)
    throw new Refusal(
      `Another Roost process is using the folder ${settings.folder}: stop it, or set ROOST_DATA to another folder. Several processes for the same people need DATABASE_URL and REDIS_URL.`,
    )
  try {
    const webRoot = values['no-build']
      ? builtWeb(projectRoot)
      : await buildWeb(projectRoot, { announce: console.log, signal })
    if (signal.aborted) return 0
    if (count > 1) return await supervise(count, around)
    await serve({ ...settings, folderSecret: opened.secret, webRoot }, around)
    return 0
  } finally {
    opened.release()
  }
}

function readCount(text: string | undefined): number {
  const MOST = 256
  const count = Number(text ?? 1)
  if (!Number.isInteger(count) || count < 1 || count > MOST)
    throw new UsageError(`--workers takes a number from 1 to ${MOST}, not "${text}".`)
  return count
}

async function supervise(count: number, { settings, signal }: Surroundings): Promise<number> {
  const logFile = await openLogFile(settings)
  try {
    return await runWorkers({ count, signal, log: logFile.log })
  } finally {
    await logFile.close()
  }
}

async function openLogFile({ log }: Pick<Settings, 'log'>) {
  const { openLog } = await import('../log/open-log.ts')
  return openLog(chooseLog(log, { isTerminal: process.stderr.isTTY }))
}

async function serve(config: Config, { commands, signal }: Surroundings): Promise<void> {
  const { buildApp } = await import('../app.ts')
  const logFile = await openLogFile(config)
  const { log } = logFile
  const app = await buildApp(config, { log })
  try {
    const port = await listen(app, config)
    // Where the database is shared, commands open it themselves.
    const control = isShared(config)
      ? undefined
      : await serveControl({ folder: config.folder, app, commands })
    if (cluster.isPrimary || process.env[GREETS] !== undefined)
      console.log(greet({ config, port, token: await app.setupToken() }))
    log.info({ version: app.administration.version }, 'Roost is running.')
    await aborted(AbortSignal.any([signal, app.retired]))
    if (app.retired.aborted) console.log('The data was moved: this server ends.')
    log.info('Roost is stopping.')
    await control?.close()
  } finally {
    await app.close()
    await logFile.close()
  }
}

async function listen(app: App, { host, port }: Config): Promise<number> {
  try {
    return await app.listen()
  } catch (error) {
    switch (systemCode(error)) {
      case 'EADDRINUSE':
        throw new Refusal(`Port ${port} is in use: stop what uses it, or set PORT to another.`)
      case 'EACCES':
        throw new Refusal(`This user may not listen on port ${port}: set PORT to 1024 or higher.`)
      case 'EADDRNOTAVAIL':
      case 'EAI_AGAIN':
      case 'ENOTFOUND':
        throw new Refusal(`HOST must be an address of this machine, and "${host}" is none.`)
      default:
        throw error
    }
  }
}
