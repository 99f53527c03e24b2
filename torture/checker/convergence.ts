/** I8: when the faults are over, every device is level with the server soon. */
import type { FinalState, HeldConversation, ServerConversation } from './history.ts'
import type { Ledger, Violation } from './ledger.ts'

/** Milliseconds. */
export const LEVEL_WITHIN = 5_000

/** I8: five seconds after healing nothing waits, and every device is where the server is and says what the server says. */
export function allLevel(ledger: Ledger): Violation[] {
  const healed = ledger.entries.findLast((entry) => entry.type === 'healed')
  if (!healed) return []
  return ledger.history.finals.flatMap((final) => [
    ...(final.at > healed.at + LEVEL_WITHIN ? [late(final, final.at - healed.at)] : []),
    ...final.waiting.map((id) => stillWaiting(final, id)),
    ...otherChats(ledger, final),
    ...final.conversations.flatMap((held) => behind(ledger, final, held)),
  ])
}

function late({ device }: FinalState, ms: number): Violation {
  const sentence = `${device} was level with the server only ${ms} ms after the faults were over.`
  return { invariant: 'I8', sentence, device }
}

function stillWaiting({ device }: FinalState, id: string): Violation {
  const sentence = `${device} still has ${id} waiting to be sent.`
  return { invariant: 'I8', sentence, device, ids: [id] }
}

function otherChats({ history, userOf }: Ledger, { device, conversations }: FinalState) {
  const userId = userOf(device)
  const mine = history.server.conversations.filter(({ members }) =>
    members.some((member) => member.userId === userId),
  )
  const known = new Set(conversations.map(({ id }) => id))
  const real = new Set(mine.map(({ id }) => id))
  const tell = (conversationId: string, sentence: string): Violation => ({
    invariant: 'I8',
    sentence: `${device} ${sentence} ${conversationId}.`,
    device,
    conversationId,
  })
  return [
    ...[...real].filter((id) => !known.has(id)).map((id) => tell(id, 'does not know of')),
    ...[...known]
      .filter((id) => !real.has(id))
      .map((id) => tell(id, 'still believes its user to be in')),
  ]
}

function behind({ logs, userOf }: Ledger, { device }: FinalState, held: HeldConversation) {
  const log = logs.get(held.id)
  if (!log) return []
  const { lastSeq, members } = log.server
  const tell = (what: string, mine: number, theirs: number): Violation => ({
    invariant: 'I8',
    sentence: `${device} has ${what} ${mine} in ${held.id}, the server ${theirs}.`,
    device,
    conversationId: held.id,
    seq: held.lastSeq,
  })
  if (held.lastSeq !== lastSeq) return [tell('the cursor', held.lastSeq, lastSeq)]
  const member = members.find(({ userId }) => userId === userOf(device))
  if (!member) return []
  return countsOf(held, member).flatMap(([what, mine, theirs]) =>
    mine === undefined || mine === theirs ? [] : [tell(what, mine, theirs)],
  )
}

function countsOf(held: HeldConversation, member: ServerConversation['members'][number]) {
  return [
    ['the read mark', held.readSeq, member.readSeq],
    ['as unread', held.unread, member.unread],
    ['as mentions', held.mentions, member.mentions],
  ] as const
}
