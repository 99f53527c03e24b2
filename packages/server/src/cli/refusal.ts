/** Ends a command with one sentence for the person at the terminal, and exit code 1. */
export class Refusal extends Error {}

/** What came through the control channel makes no sense here. */
export const otherVersion = () =>
  new Refusal('This command and the running server are of two versions: restart the server.')

/** The command line itself was wrong: the usage is shown, and the exit code is 2. */
export class UsageError extends Error {}

/** The code of a system error, such as `EACCES`. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined
}
