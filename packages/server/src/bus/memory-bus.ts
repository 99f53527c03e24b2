/** The bus of a single process. */
import { seeded } from '@roost/protocol/seeded-bugs'

import type { Bus, Note } from './bus.ts'

/** @param report told of handlers that throw: one must not keep a note from the others */
export function memoryBus(report: (error: unknown) => void): Bus {
  const handlers = new Set<(note: Note) => void>()
  function hear(note: Note): void {
    for (const handler of handlers)
      try {
        handler(note)
      } catch (error) {
        report(error)
      }
  }
  return {
    publish(note) {
      if (note.type === 'event' && seeded?.('hint-dropped')) return
      hear(note)
    },
    hear,
    subscribe(handler) {
      handlers.add(handler)
      return () => handlers.delete(handler)
    },
  }
}
