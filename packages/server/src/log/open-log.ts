/**
 * The log, on the standard error: one JSON object a line, or lines for a person at a terminal. What
 * people write, search for and are called is not for it, nor what lets somebody in.
 */
import { pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino'

import { describeError } from './describe-error.ts'
import type { LogSettings } from './log-settings.ts'
import { toText } from './to-text.ts'

/** Lines are written together: one write for each would cost a tenth of what a message does. */
const TOGETHER = { bytes: 8 * 1024, milliseconds: 50 }
/** What waits for a reader that is stuck: more is dropped, and the server goes on. */
const MOST_BYTES = 4 * 1024 * 1024
const STANDARD_ERROR = 2
/** Milliseconds that the end waits for such a reader. */
const PATIENCE = 1_000

export function openLog(settings: LogSettings): { log: Logger; close(): Promise<void> } {
  let isClosing = false
  // Writes what waits when the process ends, also by an error that nobody caught.
  const file = pino.destination({
    dest: STANDARD_ERROR,
    // In the background: a pipe may be full.
    sync: false,
    minLength: TOGETHER.bytes,
    maxLength: MOST_BYTES,
    retryEAGAIN: () => !isClosing,
  })
  // A disk that is full, a reader that is gone: nobody is left to tell.
  file.on('error', () => {})
  let timer: NodeJS.Timeout | undefined
  const write = (line: string) => {
    file.write(line)
    timer ??= setTimeout(() => {
      timer = undefined
      file.flush()
    }, TOGETHER.milliseconds).unref()
  }
  return {
    log: logTo({ write }, settings),
    async close() {
      clearTimeout(timer)
      const { promise: written, resolve } = Promise.withResolvers<void>()
      const patience = setTimeout(resolve, PATIENCE)
      file.flush(() => resolve())
      await written
      clearTimeout(patience)
      isClosing = true
    },
  }
}

export function logTo(destination: DestinationStream, { format, level }: LogSettings): Logger {
  const lines: DestinationStream =
    format === 'json' ? destination : { write: (line) => destination.write(toText(line)) }
  const options = {
    level,
    base: { pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    errorKey: 'error',
    serializers: {
      error: describeError,
      err: describeError,
      // Of what the framework itself has to say. An address may hold words that were searched for.
      req: ({ id, method }: { id?: string; method?: string }) => ({ id, method }),
      res: ({ statusCode }: { statusCode?: number }) => ({ statusCode }),
    },
  }
  return pino(options, lines)
}
