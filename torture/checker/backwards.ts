/** I7: nothing goes backwards. */
import { forget, type Ledger, type Violation } from './ledger.ts'

/** I7: no cursor and no mark ever moves back; after a restart a cursor is nowhere that it has not been. */
export function nothingBackwards(ledger: Ledger): Violation[] {
  const cursors = new Map<string, number>()
  const marks = new Map<string, { deliveredSeq: number; readSeq: number }>()
  return ledger.entries.flatMap((entry): Violation[] => {
    if (entry.type === 'rolledBack') {
      cursors.clear()
      marks.clear()
    }
    if (entry.type === 'forgot') {
      forget(cursors, entry)
      forget(marks, entry)
      return []
    }
    if (entry.type === 'marks') {
      const { device, conversationId, userId, deliveredSeq, readSeq } = entry
      const key = `${device} ${conversationId} ${userId}`
      const before = marks.get(key)
      marks.set(key, { deliveredSeq, readSeq })
      if (!before || (before.readSeq <= readSeq && before.deliveredSeq <= deliveredSeq)) return []
      const sentence = `On ${device} the marks of ${userId} in ${conversationId} went back, from ${before.deliveredSeq} delivered and ${before.readSeq} read to ${deliveredSeq} and ${readSeq}.`
      return [{ invariant: 'I7', sentence, device, conversationId, seq: readSeq }]
    }
    if (entry.type !== 'applied' && entry.type !== 'jumped' && entry.type !== 'restored') return []
    const { device, conversationId, seq } = entry
    const key = `${device} ${conversationId}`
    const cursor = cursors.get(key)
    cursors.set(key, seq)
    if (entry.type === 'restored') {
      for (const mark of marks.keys()) if (mark.startsWith(`${key} `)) marks.delete(mark)
      if (cursor === undefined || seq <= cursor) return []
      const sentence = `${device} came back with its cursor in ${conversationId} at ${seq}, and had only got to ${cursor}.`
      return [{ invariant: 'I7', sentence, device, conversationId, seq }]
    }
    const isBack =
      cursor !== undefined && (seq < cursor || (entry.type === 'applied' && seq === cursor))
    if (!isBack) return []
    const what = entry.type === 'applied' ? `applied event ${seq}` : `went to ${seq}`
    const sentence = `${device} ${what} of ${conversationId} when it was at ${cursor} already.`
    return [{ invariant: 'I7', sentence, device, conversationId, seq }]
  })
}
