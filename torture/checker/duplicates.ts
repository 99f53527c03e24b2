/** I2: what was done once is there once. */
import { distinct, type Ledger, type Violation } from './ledger.ts'

/** I2: no event has two places, nothing was written twice, applied twice or shown twice, and nothing waits that is there. */
export function nothingTwice(ledger: Ledger): Violation[] {
  return [
    ...placedTwice(ledger),
    ...openedTwice(ledger),
    ...writtenTwice(ledger),
    ...appliedTwice(ledger),
    ...shownTwice(ledger),
    ...doubled(ledger),
  ]
}

function placedTwice(ledger: Ledger): Violation[] {
  const ids = new Set(
    ledger.history.server.conversations.flatMap(({ events }) => events.map(({ id }) => id)),
  )
  return [...ids].flatMap((id) => {
    const places = ledger.places(id)
    if (places.length === 1) return []
    const where = places.map(({ conversationId, event }) => `${event.seq} of ${conversationId}`)
    return [
      { invariant: 'I2', sentence: `Event ${id} stands at ${where.join(' and at ')}.`, ids: [id] },
    ]
  })
}

/** Two people have one direct chat. */
function openedTwice({ history }: Ledger): Violation[] {
  const direct = history.server.conversations.filter(({ kind }) => kind === 'direct')
  const peopleOf = ({ intervals }: (typeof direct)[number]) =>
    [...new Set(intervals.map(({ userId }) => userId))].toSorted().join(' and ')
  return [...Map.groupBy(direct, peopleOf)].flatMap(([people, chats]) => {
    if (chats.length === 1) return []
    const ids = chats.map(({ id }) => id)
    const sentence = `The chat of ${people} is there ${chats.length} times: ${ids.join(', ')}.`
    return [{ invariant: 'I2', sentence, ids }]
  })
}

/** The same words of the same person more often than they were sent. */
function writtenTwice({ history, operations }: Ledger): Violation[] {
  const asked = new Map<string, number>()
  for (const { invocation, userId } of operations.values()) {
    if (invocation.write.type !== 'send') continue
    const key = JSON.stringify([invocation.conversationId, userId, invocation.write.body])
    asked.set(key, (asked.get(key) ?? 0) + 1)
  }
  return history.server.conversations.flatMap(({ id, messages, before }) => {
    const written = messages.filter(
      ({ seq, kind, edited, deleted }) => seq > before && kind === 'text' && !edited && !deleted,
    )
    const same = Map.groupBy(written, ({ senderId, body }) => JSON.stringify([id, senderId, body]))
    return [...same].flatMap(([key, all]) => {
      const count = asked.get(key)
      const [first] = all
      if (count === undefined || all.length <= count || !first) return []
      const sentence = `“${first.body}” of ${first.senderId} was sent ${count} times, and stands ${all.length} times in ${id}: at ${all.map(({ seq }) => seq).join(', ')}.`
      const ids = all.map((message) => message.id)
      return [{ invariant: 'I2', sentence, conversationId: id, seq: first.seq, ids } as const]
    })
  })
}

function appliedTwice({ entries }: Ledger): Violation[] {
  const applied = new Map<string, Map<string, number>>()
  const violations: Violation[] = []
  for (const entry of entries) {
    if (entry.type === 'rolledBack') applied.clear()
    else if (entry.type === 'forgot') {
      for (const key of applied.keys())
        if (key.startsWith(`${entry.device} ${entry.conversationId ?? ''}`)) applied.delete(key)
    } else if (entry.type === 'restored') {
      const mine =
        applied.get(`${entry.device} ${entry.conversationId}`) ?? new Map<string, number>()
      for (const [id, seq] of mine) if (seq > entry.seq) mine.delete(id)
    } else if (entry.type === 'applied') {
      const { device, conversationId, seq, eventId } = entry
      const key = `${device} ${conversationId}`
      const mine = applied.get(key) ?? new Map<string, number>()
      applied.set(key, mine)
      const earlier = mine.get(eventId)
      mine.set(eventId, seq)
      if (earlier === undefined) continue
      const sentence = `${device} applied event ${eventId} of ${conversationId} twice, as ${earlier} and as ${seq}.`
      violations.push({
        invariant: 'I2',
        sentence,
        device,
        conversationId,
        seq,
        ids: [eventId],
      })
    }
  }
  return violations
}

function shownTwice(ledger: Ledger): Violation[] {
  return ledger.history.finals.flatMap(({ device, waiting, conversations }) =>
    conversations.flatMap(({ id: conversationId, stretch, lastSeq }) => {
      const ids = (stretch?.messages ?? []).map(({ id }) => id)
      const twice = ids.filter((id, at) => ids.indexOf(id) !== at)
      const both = waiting.filter((id) =>
        ledger
          .places(id)
          .some((place) => place.conversationId === conversationId && place.event.seq <= lastSeq),
      )
      return [
        ...twice.map((id) => ({
          invariant: 'I2' as const,
          sentence: `${device} shows message ${id} of ${conversationId} twice.`,
          device,
          conversationId,
          ids: [id],
        })),
        ...both.map((id) => ({
          invariant: 'I2' as const,
          sentence: `${device} still has ${id} waiting to be sent, beside the event in ${conversationId} that it has become.`,
          device,
          conversationId,
          ids: [id],
        })),
      ]
    }),
  )
}

/** One identity from pending to confirmed: at no moment are there two of it. */
function doubled({ entries }: Ledger): Violation[] {
  const found = entries.flatMap((entry) => {
    if (entry.type !== 'doubled') return []
    const { device, conversationId, seq, eventId } = entry
    const sentence = `${device} showed ${eventId} at ${seq} of ${conversationId}, and as still waiting to be sent.`
    return [{ invariant: 'I2', sentence, device, conversationId, seq, ids: [eventId] } as const]
  })
  return distinct(found)
}
