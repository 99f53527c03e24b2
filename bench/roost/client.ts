/**
 * One person of a measured Roost: messages go out by POST and come in over the socket, as with the SDK,
 * but without its state: what the generator spends, the server lacks.
 */
import { Pool } from 'undici'
import { WebSocket } from 'ws'

import { uuidv7 } from '../../packages/protocol/src/index.ts'
import { Line, type Post } from '../load/line.ts'
import type { Client, Recipient } from '../system.ts'
import type { Town } from './town.ts'

/** The connections over which all people of a run ask. */
export function openPool(url: string): Pool {
  return new Pool(url, { connections: CONNECTIONS, pipelining: 1 })
}
const CONNECTIONS = 128

interface Place {
  readonly url: string
  readonly town: Town
}

export async function connectPerson(place: Place, person: number): Promise<Client> {
  const { url, town } = place
  const { token = '' } = town.people[person] ?? {}
  const ws = new WebSocket(`${url.replace('http', 'ws')}/api/v1/socket`, {
    headers: { authorization: `Bearer ${token}` },
    perMessageDeflate: false,
    skipUTF8Validation: true,
  })
  // One for each message that is under way, as a browser has.
  const lines: Line[] = [await Line.open(url)]
  const idle = [...lines]
  const openLine = async () => {
    const line = await Line.open(url)
    lines.push(line)
    return line
  }
  const client: Client = {
    onText: () => {},
    async send(to, text) {
      const line = idle.pop() ?? (await openLine())
      const conversationId = placeOf(town, person, to)
      const clientId = uuidv7(Date.now(), Math.random)
      await post(line, { token, conversationId, clientId, text })
      idle.push(line)
    },
    close() {
      ws.terminate()
      for (const line of lines) line.close()
    },
  }
  await new Promise<void>((resolve, reject) => {
    ws.on('message', (data: Buffer) => {
      const text = textOf(data)
      if (text !== undefined) client.onText(text)
    })
    ws.on('open', resolve)
    ws.on('error', reject)
    ws.on('close', (code) => reject(new Error(`The socket was closed with ${code}.`)))
  })
  return client
}

function placeOf({ directs, roomId }: Town, person: number, to: Recipient): string {
  if (to === 'room') return roomId
  const direct =
    Math.floor(person / 2) === Math.floor(to / 2) ? directs[Math.floor(to / 2)] : undefined
  if (direct === undefined) throw new Error(`${person} and ${to} have no chat.`)
  return direct
}

/** Of a frame with an event; of another nothing. Whoever looks for it in the bytes need not parse them. */
function textOf(frame: Buffer): string | undefined {
  if (frame.indexOf('"message.created"') < 0) return undefined
  const from = frame.indexOf(BODY)
  if (from < 0) return undefined
  const start = from + BODY.length
  return frame.toString('latin1', start, frame.indexOf('"', start))
}
const BODY = '"body":"'

function post(line: Line, said: Omit<Post, 'onAnswer'>): Promise<void> {
  return new Promise((resolve, reject) => {
    line.onEnd = reject
    line.post({
      ...said,
      onAnswer({ status }) {
        if (status === 200 || status === 201) resolve()
        else reject(new Error(`The server answered ${status}.`))
      },
    })
    line.flush()
  })
}
