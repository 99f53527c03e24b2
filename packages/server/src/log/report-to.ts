/** Bugs, and trouble that no caller waits for, on their way into the log. */
import type { Logger } from 'pino'

import { RequestError } from '../errors.ts'
import { describeError, isPassing } from './describe-error.ts'

export function reportTo(log: Logger): (error: unknown) => void {
  return (error) => {
    const met = error instanceof RequestError ? error.cause : error
    const where = error instanceof RequestError ? error.where : {}
    const level = isPassing(met) ? 'warn' : 'error'
    log[level]({ ...where, error: met }, describeError(met).message)
  }
}
