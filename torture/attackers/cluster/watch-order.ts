/** Sees to it that each socket brings the events of a conversation in their order, each once. */
import { readEvent } from '../../traffic.ts'

/** Given for each socket anew, as a line of a device: it lets everything through. */
export function watchOrder(found: string[]) {
  return (give: (frame: string) => void) => {
    const last = new Map<string, number>()
    return (frame: string) => {
      const event = readEvent('', frame)
      if (event?.type === 'received') {
        const { conversationId, seq } = event
        const before = last.get(conversationId) ?? 0
        if (seq <= before)
          found.push(`A socket brought event ${seq} of ${conversationId} after ${before}.`)
        last.set(conversationId, seq)
      }
      give(frame)
    }
  }
}
