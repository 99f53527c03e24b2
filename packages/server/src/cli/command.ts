/**
 * What a command is. It reads its arguments in the terminal's process, and runs where the data is
 * open: in the running server, or in this process when there is none.
 */
import * as z from 'zod/mini'

import type { App } from '../app.ts'
import { otherVersion } from './refusal.ts'

export interface Progress {
  /** Of the work, in whatever unit. */
  readonly done: number
  readonly total: number
  /** What has come of it so far, in words. */
  readonly note: string
}

export interface Output {
  line(text: string): void
  /** For the standard error. */
  problem(text: string): void
  progress(state: Progress): void
  /** Aborted when the person at the terminal wants no more of it. */
  readonly signal: AbortSignal
}

export interface Command {
  readonly name: string
  /** Its arguments. */
  readonly usage: string
  /** What it does, in a sentence. */
  readonly about: string
  /** From arguments to a request, which is plain data; asks for what is missing. */
  read(args: string[], signal: AbortSignal): Promise<unknown>
  /** Resolves to the exit code. */
  run(app: App, request: unknown, output: Output): Promise<number>
}

/** A command whose requests are parsed again where they run: they may come from another version. */
export function defineCommand<R extends z.core.$ZodType>(definition: {
  name: string
  usage: string
  about: string
  request: R
  read(args: string[], signal: AbortSignal): Promise<z.input<R>>
  run(app: App, request: z.output<R>, output: Output): Promise<number>
}): Command {
  return {
    name: definition.name,
    usage: definition.usage,
    about: definition.about,
    read: (args, signal) => definition.read(args, signal),
    async run(app, request, output) {
      const parsed = z.safeParse(definition.request, request)
      if (!parsed.success) throw otherVersion()
      return definition.run(app, parsed.data, output)
    },
  }
}
