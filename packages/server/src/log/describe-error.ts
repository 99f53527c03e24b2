/** What a log may tell of an error: where it came from, never the values that it was about. */
import { BusAwayError } from '../bus/bus.ts'
import { StorageUnavailableError } from '../storage/errors.ts'

export interface DescribedError {
  readonly type: string
  readonly message: string
  readonly code?: string | number
  readonly stack?: string
  readonly cause?: DescribedError
}

const DEEPEST = 5

/** Its own fields alone: those that libraries add hold rows, statements and addresses. */
export function describeError(error: unknown): DescribedError {
  return describe(error, { depth: 0, stacks: true })
}

function describe(error: unknown, from: { depth: number; stacks: boolean }): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: withoutNames(String(error)) }
  const message = quotesValues(error) ? 'A value was refused.' : error.message
  // There may be a lot of it while a database is away.
  const stacks = from.stacks && !isPassing(error)
  const code = 'code' in error ? error.code : undefined
  const inside: unknown = error instanceof AggregateError ? error.errors[0] : error.cause
  const stack = error.stack?.replace(error.message, () => message)
  return {
    type: error.constructor.name,
    message: withoutNames(message),
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    ...(stacks && stack !== undefined && { stack: withoutNames(stack) }),
    ...(inside !== undefined &&
      from.depth < DEEPEST && { cause: describe(inside, { depth: from.depth + 1, stacks }) }),
  }
}

/** No bug, and nothing to be done about it here: what is away comes back. */
export function isPassing(error: unknown): boolean {
  return error instanceof StorageUnavailableError || error instanceof BusAwayError
}

/** What is no JSON is quoted, and so is a value that PostgreSQL cannot take (SQLSTATE 22…). */
function quotesValues(error: Error): boolean {
  const isData = 'code' in error && /^22[\dA-Z]{3}$/.test(String(error.code))
  return error instanceof SyntaxError || isData
}

/** Without addresses of mail, and without what lets somebody into a database or a mail server. */
function withoutNames(text: string): string {
  return (
    text
      // A password may have any sign in it: up to the last @.
      .replaceAll(/:\/\/\S*@/g, '://…@')
      // From where a word begins only: long ones would be looked through again from each of their letters.
      .replaceAll(/(?<![\p{L}\p{N}.+_-])[\p{L}\p{N}.+_-]+@(?:[\p{L}\p{N}-]+\.)+\p{L}{2,}/gu, '…@…')
  )
}
