/**
 * A device that comes back: it greets with what it knows, asks at once for all that it missed, and fetches
 * what did not fit into the answer, as the SDK does, but keeps nothing of it. Level is who has every event
 * up to where the server said that the logs are.
 */
import type { Pool } from 'undici'
import { WebSocket } from 'ws'
import * as z from 'zod/mini'

import type { Back } from '../system.ts'
import { ask } from './ask.ts'

export interface Device {
  readonly token: string
  readonly epoch: string
  readonly userSeq: number
  readonly cursors: readonly Cursor[]
}
export interface Cursor {
  readonly conversationId: string
  readonly seq: number
  readonly eventId?: string
}

/** Conversations whose missing rest is fetched at once; events in one answer. */
const AT_ONCE = 3
const PAGE = 500

// What is looked at here of the answers.
const loggedEvents = z.array(z.object({ seq: z.number() }))
const headsFrame = z.object({
  type: z.literal('heads'),
  heads: z.array(z.object({ conversationId: z.string(), lastSeq: z.number() })),
  foreign: z.array(z.string()),
})
const syncReply = z.object({
  conversations: z.array(
    z.object({ conversationId: z.string(), events: z.nullable(loggedEvents) }),
  ),
})
const eventPage = z.object({ events: loggedEvents })

/** @returns how many events came. The socket stays open until it is closed. */
export async function comeBack(
  { url, pool }: { url: string; pool: Pool },
  device: Device,
): Promise<Back> {
  const { token, epoch, userSeq, cursors } = device
  const reached = new Map(cursors.map(({ conversationId, seq }) => [conversationId, seq]))
  const take = (conversationId: string, events: z.infer<typeof loggedEvents>) => {
    for (const { seq } of events) {
      if (seq !== (reached.get(conversationId) ?? 0) + 1) throw new Error('An event was left out.')
      reached.set(conversationId, seq)
    }
    return events.length
  }
  const { ws, frame } = await greet(url, device)
  const { heads, foreign } = headsFrame.parse(JSON.parse(frame))
  if (foreign.length > 0) throw new Error('The server does not know its own log.')
  const behind = heads.filter(
    ({ conversationId, lastSeq }) => (reached.get(conversationId) ?? 0) < lastSeq,
  )
  let events = 0
  let refusals = 0
  const onRefused = () => void refusals++
  if (behind.length > 0) {
    const late = new Set(behind.map(({ conversationId }) => conversationId))
    const known = cursors.toSorted(
      (a, b) => Number(late.has(b.conversationId)) - Number(late.has(a.conversationId)),
    )
    const body = { epoch, userSeq, heads: known }
    const { conversations } = syncReply.parse(
      await ask(pool, { token, onRefused, path: '/sync', body }),
    )
    for (const told of conversations) events += take(told.conversationId, told.events ?? [])
  }
  const fetchRest = async () => {
    for (let head = behind.shift(); head; head = behind.shift())
      for (let after = 0; (after = reached.get(head.conversationId) ?? 0) < head.lastSeq;) {
        const path = `/conversations/${head.conversationId}/events?after=${after}&limit=${PAGE}`
        const page = eventPage.parse(await ask(pool, { token, onRefused, path }))
        if (page.events.length === 0) throw new Error('Events that were promised are not there.')
        events += take(head.conversationId, page.events)
      }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, fetchRest))
  return { events, refusals, close: () => close(ws) }
}

/** Resolves to the answer. */
function greet(
  url: string,
  { token, epoch, userSeq, cursors }: Device,
): Promise<{ ws: WebSocket; frame: string }> {
  const ws = new WebSocket(`${url.replace('http', 'ws')}/api/v1/socket`, {
    headers: { authorization: `Bearer ${token}` },
    perMessageDeflate: false,
    skipUTF8Validation: true,
  })
  const hello = { type: 'hello', protocol: 1, epoch, userSeq, heads: cursors }
  return new Promise((resolve, reject) => {
    ws.on('open', () => ws.send(JSON.stringify(hello)))
    ws.on('message', (data: Buffer) => {
      if (data.includes('"type":"heads"')) resolve({ ws, frame: data.toString() })
    })
    ws.on('error', reject)
    ws.on('close', (code) => reject(new Error(`The socket was closed with ${code}.`)))
  })
}

function close(ws: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    ws.on('close', () => resolve())
    ws.close()
  })
}
