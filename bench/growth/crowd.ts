/**
 * A process full of sockets that only listen. Its parent tells it whom to connect; it says when the
 * last of a group has heard a message.
 */
import { WebSocket } from 'ws'

/** People who are to hear the same messages: those whose text begins with the name of the group. */
export interface Group {
  readonly name: string
  readonly url: string
  readonly tokens: readonly string[]
  /** An address of this machine to come from: each has so many ports. */
  readonly from: string
}
export type FromCrowd =
  | { readonly type: 'connected' }
  /** On the clock that all processes of a machine share, in milliseconds. */
  | { readonly type: 'heard'; readonly text: string; readonly at: number }

/** Handshakes under way. */
const AT_ONCE = 50
/** Names a group, and a message of it. */
const TEXT = /"body":"((\w+) \d+)/

const sizes = new Map<string, number>()
const counts = new Map<string, number>()
const tell = (message: FromCrowd) => process.send?.(message)

process.on('message', (group: Group) => {
  connectAll(group).then(
    () => tell({ type: 'connected' }),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})
process.on('disconnect', () => process.exit(0))

async function connectAll({ name, url, tokens, from }: Group): Promise<void> {
  sizes.set(name, (sizes.get(name) ?? 0) + tokens.length)
  let next = 0
  const connectNext = async () => {
    for (;;) {
      const token = tokens[next++]
      if (token === undefined) return
      await connect(url, token, from)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, connectNext))
}

/** Resolves when the server has said where the log stands, as it does to every client. */
function connect(url: string, token: string, localAddress: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(`${url.replace('http', 'ws')}/api/v1/socket`, {
      headers: { authorization: `Bearer ${token}` },
      localAddress,
      perMessageDeflate: false,
      skipUTF8Validation: true,
    })
    ws.on('open', () => ws.send(JSON.stringify({ type: 'hello', protocol: 1 })))
    ws.on('message', (data: Buffer) => {
      if (data.includes('"message.created"')) hear(data.toString())
      else if (data.includes('"type":"ping"')) ws.send('{"type":"pong"}')
      else resolve()
    })
    ws.on('error', reject)
    // Once connected it is for the parent to say when this ends.
    ws.on('close', (code) => reject(new Error(`A socket was closed with ${code}.`)))
  })
}

function hear(frame: string): void {
  const [, text, name] = TEXT.exec(frame) ?? []
  if (text === undefined || name === undefined) return
  const count = (counts.get(text) ?? 0) + 1
  if (count < (sizes.get(name) ?? 0)) counts.set(text, count)
  else {
    counts.delete(text)
    tell({ type: 'heard', text, at: performance.timeOrigin + performance.now() })
  }
}
