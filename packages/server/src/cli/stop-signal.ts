/** How a person or a service manager ends a command: first in order, and at once when asked again. */
import { once } from 'node:events'
import { constants } from 'node:os'

/**
 * A terminal sends Ctrl-C to npm and to us, and npm passes it on, so that one key press arrives
 * twice: what follows within this many milliseconds is the same wish.
 */
const sameWish = 500

/** For the life of the process: one that is ending already is not to be killed on its way. */
export function catchStopSignal(): AbortSignal {
  const controller = new AbortController()
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  let first: number | undefined
  const onSignal = (name: (typeof names)[number]) => {
    first ??= Date.now()
    if (controller.signal.aborted && Date.now() - first >= sameWish)
      process.exit(128 + constants.signals[name])
    controller.abort()
  }
  for (const name of names) process.on(name, onSignal)
  return controller.signal
}

export async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort')
}
