/** Runs a command where the data is: inside the running server, or here when there is none. */
import { setTimeout as wait } from 'node:timers/promises'

import { isShared, type Settings } from '../config.ts'
import type { Command, Output } from './command.ts'
import { runInServer } from './control-client.ts'
import { openDataFolder, type DataFolder } from './data-folder.ts'
import { Refusal } from './refusal.ts'

interface Job {
  readonly command: Command
  readonly request: unknown
  readonly output: Output
}

/** A server that has just taken the folder answers soon; another command frees it soon. */
const patience = { rounds: 100, every: 100 }

export async function runCommand(settings: Settings, job: Job): Promise<number> {
  const { command, request, output } = job
  for (let round = 0; round < patience.rounds; round++) {
    const code = isShared(settings)
      ? undefined
      : await runInServer(settings.folder, { command: command.name, request, output })
    if (code !== undefined) return code
    const opened = openDataFolder(settings.folder, { shared: isShared(settings) })
    if (opened) return runHere(settings, opened, job)
    await wait(patience.every, undefined, { signal: output.signal })
  }
  throw new Refusal(
    `Another Roost process has the folder ${settings.folder} and takes no commands: wait until it is done, or stop it.`,
  )
}

async function runHere(settings: Settings, opened: DataFolder, job: Job): Promise<number> {
  try {
    const { buildApp } = await import('../app.ts')
    const app = await buildApp({ ...settings, folderSecret: opened.secret, webRoot: undefined })
    try {
      return await job.command.run(app, job.request, job.output)
    } finally {
      await app.close()
    }
  } finally {
    opened.release()
  }
}
