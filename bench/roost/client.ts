/**
 * One person of a measured Roost: messages go out by POST and come in over the socket, as with the SDK,
 * but without its state: what the generator spends, the server lacks.
 */
import { Pool, type Dispatcher } from 'undici'
import { WebSocket } from 'ws'

import { uuidv7 } from '../../packages/protocol/src/index.ts'
import type { Client, Recipient } from '../system.ts'
import type { Town } from './town.ts'

/** The connections over which all people of a run send. */
export function openPool(url: string): Pool {
  return new Pool(url, { connections: CONNECTIONS, pipelining: 1 })
}
const CONNECTIONS = 128

interface Place {
  readonly url: string
  readonly pool: Pool
  readonly town: Town
}

export async function connectPerson(place: Place, person: number): Promise<Client> {
  const { url, pool, town } = place
  const { token = '' } = town.people[person] ?? {}
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const ws = new WebSocket(`${url.replace('http', 'ws')}/api/v1/socket`, {
    headers: { authorization: headers.authorization },
    perMessageDeflate: false,
    skipUTF8Validation: true,
  })
  const client: Client = {
    onText: () => {},
    send: (to, text) =>
      post(pool, {
        path: `/api/v1/conversations/${placeOf(town, person, to)}/messages`,
        method: 'POST',
        headers,
        body: JSON.stringify({ clientId: uuidv7(Date.now(), Math.random), body: text }),
      }),
    close: () => ws.terminate(),
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

function post(pool: Pool, request: Dispatcher.DispatchOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    let status = 0
    pool.dispatch(request, {
      onRequestStart() {},
      onResponseStart(_controller, code) {
        status = code
      },
      onResponseData() {},
      onResponseEnd() {
        if (status === 200 || status === 201) resolve()
        else reject(new Error(`The server answered ${status}.`))
      },
      onResponseError: (_controller, error) => reject(error),
    })
  })
}
