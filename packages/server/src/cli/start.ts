/** `roost start`: the server, from an empty folder to a calm end. */
import { parseArgs } from 'node:util'

import type { App } from '../app.ts'
import type { Config, Settings } from '../config.ts'
import { chooseLog } from '../log/log-settings.ts'
import type { Command } from './command.ts'
import { serveControl } from './control-server.ts'
import { openDataFolder } from './data-folder.ts'
import { greet } from './greeting.ts'
import { Refusal, systemCode } from './refusal.ts'
import { buildWeb, builtWeb, projectRoot } from './web-build.ts'

interface Surroundings {
  readonly settings: Settings
  /** Those that run inside the server when a terminal asks. */
  readonly commands: readonly Command[]
  readonly signal: AbortSignal
}

export async function start(args: string[], around: Surroundings): Promise<number> {
  const { settings, signal } = around
  const { values } = parseArgs({ args, options: { 'no-build': { type: 'boolean' } } })
  const opened = openDataFolder(settings.folder)
  if (!opened)
    throw new Refusal(
      `Another Roost process is using the folder ${settings.folder}: stop it, or set ROOST_DATA to another folder.`,
    )
  try {
    const webRoot = values['no-build']
      ? builtWeb(projectRoot)
      : await buildWeb(projectRoot, { announce: console.log, signal })
    if (!signal.aborted) await serve({ ...settings, secret: opened.secret, webRoot }, around)
    return 0
  } finally {
    opened.lock.release()
  }
}

async function serve(config: Config, { commands, signal }: Surroundings): Promise<void> {
  const [{ buildApp }, { openLog }] = await Promise.all([
    import('../app.ts'),
    import('../log/open-log.ts'),
  ])
  const settings = chooseLog(config.log, { isTerminal: process.stderr.isTTY })
  const logFile = openLog(settings)
  const { log } = logFile
  const app = await buildApp(config, { log })
  try {
    const port = await listen(app, config)
    const control = await serveControl({ folder: config.folder, app, commands })
    console.log(greet({ config, port, token: await app.setupToken() }))
    log.info({ version: app.administration.version }, 'Roost is running.')
    await aborted(signal)
    log.info('Roost is stopping.')
    await control.close()
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

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
