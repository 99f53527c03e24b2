/**
 * A connection that is kept open, on which messages are posted whether or not the last one has been
 * answered (HTTP pipelining). It looks at no more of an answer than it must: what a generator of floods
 * spends, the server lacks.
 */
import { connect, type Socket } from 'node:net'

export interface Post {
  readonly token: string
  readonly conversationId: string
  readonly clientId: string
  /** Of letters that need nothing in JSON. */
  readonly text: string
  /** Told once. */
  readonly onAnswer: (answer: Answer) => void
}

export interface Answer {
  readonly status: number
  /** Of a message that was stored. */
  readonly seq: number | undefined
}

const LENGTH = 'content-length: '
const SEQ = '"seq":'

export class Line {
  readonly #socket: Socket
  readonly #host: string
  #unwritten = ''
  /** Written, and answered in this order. */
  #posts: Post[] = []
  #answered = 0
  #rest: Buffer = Buffer.alloc(0)
  /** What ended it, once it has ended. */
  #end: Error | undefined
  /** Told when it ends: what has no answer yet gets none. */
  onEnd: (reason: Error) => void = () => {}

  private constructor(socket: Socket, host: string) {
    this.#socket = socket
    this.#host = host
    socket.on('data', (bytes: Buffer) => this.#take(bytes))
    socket.on('close', () => {
      this.#end ??= new Error('A connection was closed.')
      this.onEnd(this.#end)
    })
  }

  static open(url: string): Promise<Line> {
    const { hostname, port, host } = new URL(url)
    const socket = connect({ host: hostname, port: Number(port), noDelay: true })
    return new Promise((resolve, reject) => {
      socket.on('error', reject)
      socket.on('connect', () => resolve(new Line(socket, host)))
    })
  }

  /** Goes out with the next `flush`. */
  post(post: Post): void {
    const { token, conversationId, clientId, text } = post
    const body = `{"clientId":"${clientId}","body":"${text}"}`
    this.#unwritten +=
      `POST /api/v1/conversations/${conversationId}/messages HTTP/1.1\r\nHost: ${this.#host}\r\n` +
      `Authorization: Bearer ${token}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${body.length}\r\n\r\n${body}`
    this.#posts.push(post)
  }

  flush(): void {
    if (this.#end) throw this.#end
    if (this.#unwritten === '') return
    this.#socket.write(this.#unwritten, 'latin1')
    this.#unwritten = ''
  }

  /** Posts that have no answer yet. */
  get waiting(): number {
    return this.#posts.length - this.#answered
  }

  close(): void {
    this.#socket.destroy()
  }

  #take(bytes: Buffer): void {
    const chunk = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
    let at = 0
    for (let end = endOf(chunk, at); end !== undefined; end = endOf(chunk, at)) {
      const post = this.#posts[this.#answered++]
      post?.onAnswer(readAnswer(chunk.subarray(at, end)))
      at = end
    }
    this.#rest = chunk.subarray(at)
    if (this.waiting > 0) return
    this.#posts = []
    this.#answered = 0
  }
}

/** Where the answer ends that begins there, if all of it has come. */
function endOf(bytes: Buffer, at: number): number | undefined {
  const head = bytes.indexOf('\r\n\r\n', at, 'latin1')
  if (head < 0) return undefined
  const length = numberAfter(bytes, bytes.indexOf(LENGTH, at, 'latin1') + LENGTH.length)
  const end = head + 4 + length
  return end <= bytes.length ? end : undefined
}

function readAnswer(bytes: Buffer): Answer {
  const status = numberAfter(bytes, 'HTTP/1.1 '.length)
  const from = status === 201 ? bytes.indexOf(SEQ, 0, 'latin1') : -1
  return { status, seq: from < 0 ? undefined : numberAfter(bytes, from + SEQ.length) }
}

function numberAfter(bytes: Buffer, from: number): number {
  const ZERO = 48
  let value = 0
  for (let at = from; ; at++) {
    const digit = (bytes[at] ?? 0) - ZERO
    if (digit < 0 || digit > 9) return value
    value = value * 10 + digit
  }
}
