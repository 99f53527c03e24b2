/**
 * The bus of several processes: a note is heard at once by those who listen here, and by the others
 * through Redis. What is published in one turn travels as one message.
 */
import { z } from 'zod'

import type { Bus, Note } from './bus.ts'
import { memoryBus } from './memory-bus.ts'
import type { RedisLink } from './redis-link.ts'

/** Who has sent them, and when: what is forgotten anyway is not told late. */
const message = z.object({
  from: z.string(),
  at: z.number(),
  notes: z.array(z.custom<Note>(isNote)),
})

/** Milliseconds, the difference of two machines' clocks in it. */
const STALE_AFTER = 5_000

/** @param around `report` is told of handlers that throw, and of messages that nobody understands */
export function redisBus(
  link: RedisLink,
  { report, now }: { report: (error: unknown) => void; now: () => number },
): Bus {
  const local = memoryBus(report)
  let gathered: Note[] = []

  function pass(): void {
    const notes = gathered
    gathered = []
    link.publish(JSON.stringify({ from: link.id, at: now(), notes }))
  }

  // Written first into every message, so that our own need not be read.
  const own = JSON.stringify({ from: link.id }).slice(0, -1)
  link.listen((text) => {
    if (text.startsWith(own)) return
    try {
      const { at, notes } = message.parse(JSON.parse(text))
      const isStale = now() - at > STALE_AFTER
      for (const note of notes) if (!isStale || isLasting(note)) local.hear(note)
    } catch (error) {
      report(
        new Error('Another process has sent what this one does not understand.', { cause: error }),
      )
    }
  })

  return {
    publish(note) {
      local.publish(note)
      if (gathered.push(note) === 1) queueMicrotask(pass)
    },
    hear: (note) => local.hear(note),
    subscribe: (handler) => local.subscribe(handler),
  }
}

const isLasting = ({ type }: Note) => type !== 'signal' && type !== 'presence'

/** By its type alone: whoever may publish on our Redis is one of us, perhaps of a newer version. */
function isNote(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
  )
}
