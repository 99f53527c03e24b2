/** Storage that lasts as long as the program. */
import type { ClientStorage } from './options.ts'

export type Changes = Parameters<ClientStorage['write']>[0]

/** @param values what it holds, for whoever wants to look */
export function memoryStorage(values = new Map<string, unknown>()): ClientStorage {
  return {
    read: (prefix) =>
      Promise.resolve(
        [...values]
          .filter(([key]) => key.startsWith(prefix))
          .toSorted(([a], [b]) => (a < b ? -1 : 1)),
      ),
    write(changes) {
      for (const [key, value] of changes)
        if (value === null) values.delete(key)
        else values.set(key, value)
      return Promise.resolve()
    },
  }
}
