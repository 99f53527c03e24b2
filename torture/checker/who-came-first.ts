/** I5 and I6: the log respects who came first. */
import type { Write } from './history.ts'
import { acknowledged, type Ledger, type Operation, type Violation } from './ledger.ts'

/** What is written down when somebody does it; all else is when it first goes out, which may be later. */
const queued = new Set<Write['type']>(['send'])

/** I5: what one outbox was given in an order, and what was begun after something else was acknowledged, stands in that order. */
export function ordersKept(ledger: Ledger): Violation[] {
  const first = new Map<string, Operation>()
  for (const operation of ledger.operations.values()) {
    const { clientId } = operation.invocation
    if (!first.has(clientId)) first.set(clientId, operation)
  }
  const floors = findFloors(ledger)
  const queues = new Map<string, Operation>()
  return [...first.values()].flatMap((operation) => {
    const { device, conversationId, clientId, write } = operation.invocation
    const seq = seqOf(ledger, operation)
    if (seq === undefined || operation.begun < ledger.start) return []
    const at = { device, conversationId, seq }
    const floor = floors.get(operation)
    if (floor && seq <= floor.seq) {
      const sentence = `${clientId} of ${device} was begun after ${floor.clientId} had been acknowledged, and stands at ${seq} of ${conversationId}, before it at ${floor.seq}.`
      return [{ invariant: 'I5', sentence, ...at, ids: [clientId, floor.clientId] } as const]
    }
    // Whoever tries again what was refused gives it a new place.
    const isQueued = ledger.history.devices[device]?.inOrder && queued.has(write.type)
    if (!isQueued || operation.outcomes.some(({ type }) => type === 'fail')) return []
    const key = `${device} ${conversationId}`
    const before = queues.get(key)
    const beforeSeq = before && seqOf(ledger, before)
    if (!before || beforeSeq === undefined || beforeSeq < seq) {
      queues.set(key, operation)
      return []
    }
    const sentence = `${device} was given ${before.invocation.clientId} before ${clientId}, and they stand at ${beforeSeq} and ${seq} of ${conversationId}.`
    return [
      {
        invariant: 'I5',
        sentence,
        ...at,
        ids: [clientId, before.invocation.clientId],
      } as const,
    ]
  })
}

function seqOf(ledger: Ledger, { invocation }: Operation): number | undefined {
  return ledger
    .places(invocation.clientId)
    .find(({ conversationId }) => conversationId === invocation.conversationId)?.event.seq
}

interface Floor {
  readonly seq: number
  readonly clientId: string
}

/** For every operation the highest place that had been acknowledged when it was begun. */
function findFloors(ledger: Ledger): Map<Operation, Floor> {
  const floors = new Map<Operation, Floor>()
  const highest = new Map<string, Floor>()
  for (const [at, entry] of ledger.entries.entries()) {
    if (at < ledger.start || (entry.type !== 'invoke' && entry.type !== 'ok')) continue
    const operation = ledger.operations.get(entry.op)
    if (!operation) continue
    const { conversationId, clientId } = operation.invocation
    const floor = highest.get(conversationId)
    if (entry.type === 'invoke') {
      if (floor) floors.set(operation, floor)
      continue
    }
    const seq = seqOf(ledger, operation)
    if (seq !== undefined && seq > (floor?.seq ?? 0)) highest.set(conversationId, { seq, clientId })
  }
  return floors
}

/** I6: whoever looks after something was acknowledged sees it, whichever process they ask. */
export function ownWritesRead(ledger: Ledger): Violation[] {
  const floors = findFloors(ledger)
  return [...ledger.operations.values()].flatMap((operation) => {
    const { write, device, conversationId } = operation.invocation
    const seq = acknowledged(ledger, operation)?.seq
    const floor = floors.get(operation)
    if (write.type !== 'look' || seq === undefined || !floor || seq >= floor.seq) return []
    const sentence = `${device} was shown ${conversationId} up to ${seq}, after ${floor.clientId} had been acknowledged at ${floor.seq}.`
    return [
      { invariant: 'I6', sentence, device, conversationId, seq, ids: [floor.clientId] } as const,
    ]
  })
}
