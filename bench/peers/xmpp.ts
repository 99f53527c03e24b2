/**
 * One person at an XMPP server: signs in by SASL PLAIN, and writes and is written to (RFC 6120, 6121).
 * That the server has a message is asked for by stream management (XEP-0198), by one request for all
 * that is written in one turn; in a room (XEP-0045) the message itself comes back, after it was stored.
 */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

import type { Client, Recipient } from '../system.ts'
import { attributeOf, bodyOf, Cutter, escapeText } from './stanzas.ts'

export const DOMAIN = 'localhost'
export const ROOMS = `conference.${DOMAIN}`
export const PASSWORD = 'bench'
/** Of the account of a person. */
export const nameOf = (person: number) => `p${person}`

const PATIENCE = 60_000
/** Messages in one answer of an archive: as many as ejabberd gives. */
export const PAGE = 250
const ROOM = `room@${ROOMS}`
const OPENING = `<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='${DOMAIN}' version='1.0'>`
const REFUSALS = ['<failure', '<failed', '<stream:error', '</stream']

interface Waiting {
  readonly resolve: () => void
  readonly reject: (reason: Error) => void
}

interface Question {
  readonly isAnswer: (element: string) => boolean
  readonly resolve: (element: string) => void
  readonly reject: (reason: Error) => void
}

export class XmppClient implements Client {
  onText: (text: string) => void = () => {}
  readonly #socket: Socket
  readonly #nick: string
  #question: Question | undefined
  #out = ''
  #isFlushing = false
  // Counted from the moment on that stream management is. The number of what is sent is its id, too.
  #sent = 0
  #asked = 0
  #confirmed = 0
  #received = 0
  #owesCount = false
  readonly #waiting = new Map<number, Waiting>()
  readonly #waitingInRoom = new Map<number, Waiting>()

  private constructor(socket: Socket, nick: string) {
    this.#socket = socket
    this.#nick = nick
    const cutter = new Cutter()
    const handle = (element: string) => this.#handle(element)
    socket.setNoDelay(true).setEncoding('utf8')
    socket.on('data', (chunk: string) => cutter.cut(chunk, handle))
    let cause: Error | undefined
    socket.on('error', (error) => (cause = error))
    socket.on('close', () => this.#fail(new Error('The connection has ended.', { cause })))
  }

  /** @param options `reads` for who only comes to read the archive, and is told nothing */
  static async connect(
    port: number,
    name: string,
    { joins = false, reads = false }: { joins?: boolean; reads?: boolean } = {},
  ): Promise<XmppClient> {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    const client = new XmppClient(socket, name)
    socket.setTimeout(PATIENCE, () => socket.destroy(new Error('It does not answer.')))
    try {
      await client.#signIn(name)
      // From here on messages are for this connection.
      if (!reads) client.#write('<presence/>')
      if (joins) await client.#join()
      await client.#ask(`<enable xmlns='urn:xmpp:sm:3'/>`, startsWith('<enabled'))
    } catch (error) {
      socket.destroy()
      throw error
    }
    socket.setTimeout(0)
    return client
  }

  send(to: Recipient, text: string): Promise<void> {
    const id = ++this.#sent
    const isForRoom = to === 'room'
    const where = isForRoom ? `groupchat' to='${ROOM}` : `chat' to='${nameOf(to)}@${DOMAIN}`
    this.#write(`<message type='${where}' id='${id}'><body>${escapeText(text)}</body></message>`)
    return new Promise((resolve, reject) => {
      const waiting = isForRoom ? this.#waitingInRoom : this.#waiting
      waiting.set(id, { resolve, reject })
      if (this.#socket.destroyed) this.#fail(new Error('The connection has ended.'))
    })
  }

  /** As its owner, which is who was the first to come. */
  async configureRoom(settings: Readonly<Record<string, string>>): Promise<void> {
    const form = { FORM_TYPE: 'http://jabber.org/protocol/muc#roomconfig', ...settings }
    const fields = Object.entries(form).map(
      ([name, value]) => `<field var='${name}'><value>${value}</value></field>`,
    )
    const answer = await this.#request(
      `to='${ROOM}'`,
      `<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'>${fields.join('')}</x></query>`,
    )
    if (attributeOf(answer, 'type') !== 'result') throw new Error(`The room stays: ${answer}`)
  }

  /** How many messages are in one's own archive, or in that of the room (XEP-0313). */
  async countArchive(of?: 'room'): Promise<number> {
    const answer = await this.#askArchive('<max>0</max>', of === 'room' ? `to='${ROOM}'` : '')
    return Number(/<count>(\d+)</.exec(answer)?.[1])
  }

  /** The place in one's own archive before the last so many messages: at most a page. */
  async findPlace(missed: number): Promise<string> {
    const page = await this.#askArchive(`<max>${missed + 1}</max><before/>`)
    const [, first] = /<first[^>]*>([^<]+)</.exec(page) ?? []
    if (first === undefined) throw new Error(`There are not ${missed} messages: ${page}`)
    return first
  }

  /** Reads on from a place, a page after the other, to the end: `onText` is told of each message. */
  async readArchive(from: string): Promise<void> {
    for (let place: string | undefined = from; place !== undefined;) {
      const page = await this.#askArchive(`<max>${PAGE}</max><after>${place}</after>`)
      const isLast = /<fin[^>]* complete=.true/.test(page)
      place = isLast ? undefined : /<last>([^<]+)</.exec(page)?.[1]
    }
  }

  close(): void {
    this.#socket.end('</stream:stream>')
    this.#socket.destroySoon()
  }

  async #signIn(name: string): Promise<void> {
    await this.#ask(OPENING, startsWith('<stream:features'))
    const secret = Buffer.from(`\0${name}\0${PASSWORD}`).toString('base64')
    await this.#ask(
      `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${secret}</auth>`,
      startsWith('<success'),
    )
    await this.#ask(OPENING, startsWith('<stream:features'))
    await this.#ask(
      `<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>`,
      startsWith('<iq'),
    )
  }

  async #join(): Promise<void> {
    const self = `${ROOM}/${this.#nick}`
    const answer = await this.#ask(
      `<presence to='${self}'><x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x></presence>`,
      (element) => element.startsWith('<presence') && attributeOf(element, 'from') === self,
    )
    if (attributeOf(answer, 'type') === 'error') throw new Error(`No way into the room: ${answer}`)
  }

  /** @param part of the archive, by result set management (XEP-0059) */
  #askArchive(part: string, to = ''): Promise<string> {
    const set = `<set xmlns='http://jabber.org/protocol/rsm'>${part}</set>`
    return this.#request(to, `<query xmlns='urn:xmpp:mam:2'>${set}</query>`)
  }

  #request(to: string, question: string): Promise<string> {
    // It is counted among what was sent, too.
    const id = ++this.#sent
    return this.#ask(
      `<iq type='set' id='${id}' ${to}>${question}</iq>`,
      (element) => element.startsWith('<iq') && attributeOf(element, 'id') === String(id),
    )
  }

  #ask(request: string, isAnswer: (element: string) => boolean): Promise<string> {
    this.#write(request)
    return new Promise((resolve, reject) => {
      this.#question = { isAnswer, resolve, reject }
    })
  }

  #handle(element: string): void {
    if (this.#question) this.#answer(this.#question, element)
    if (element.startsWith('<message')) {
      this.#received += 1
      this.#take(element)
    } else if (element.startsWith('<a ')) this.#confirm(Number(attributeOf(element, 'h')))
    else if (element.startsWith('<r ')) {
      this.#owesCount = true
      this.#write('')
    } else if (element.startsWith('<presence') || element.startsWith('<iq')) this.#received += 1
    else if (element.startsWith('<enabled')) this.#received = 0
    else if (element.startsWith('<stream:error')) this.#socket.destroy(new Error(element))
  }

  #answer({ isAnswer, resolve, reject }: Question, element: string): void {
    if (isAnswer(element)) resolve(element)
    else if (REFUSALS.some((start) => element.startsWith(start))) reject(new Error(element))
    else return
    this.#question = undefined
  }

  #take(message: string): void {
    const type = attributeOf(message, 'type')
    if (type === 'error') {
      this.#settle(Number(attributeOf(message, 'id')), new Error(message))
      return
    }
    const text = bodyOf(message)
    if (text === undefined) return
    if (this.#waitingInRoom.size > 0 && attributeOf(message, 'from') === `${ROOM}/${this.#nick}`)
      this.#settle(Number(attributeOf(message, 'id')))
    this.onText(text)
  }

  #confirm(count: number): void {
    while (this.#confirmed < count) {
      this.#confirmed += 1
      const waiting = this.#waiting.get(this.#confirmed)
      this.#waiting.delete(this.#confirmed)
      waiting?.resolve()
    }
  }

  #settle(id: number, reason?: Error): void {
    for (const all of [this.#waiting, this.#waitingInRoom]) {
      const waiting = all.get(id)
      all.delete(id)
      if (reason) waiting?.reject(reason)
      else waiting?.resolve()
    }
  }

  #fail(reason: Error): void {
    this.#question?.reject(reason)
    for (const all of [this.#waiting, this.#waitingInRoom]) {
      for (const { reject } of all.values()) reject(reason)
      all.clear()
    }
  }

  #write(text: string): void {
    this.#out += text
    if (this.#isFlushing) return
    this.#isFlushing = true
    setImmediate(this.#flush)
  }

  readonly #flush = () => {
    this.#isFlushing = false
    let out = this.#out
    this.#out = ''
    if (this.#owesCount) out += `<a xmlns='urn:xmpp:sm:3' h='${this.#received}'/>`
    this.#owesCount = false
    if (this.#asked < this.#sent) out += `<r xmlns='urn:xmpp:sm:3'/>`
    this.#asked = this.#sent
    this.#socket.write(out)
  }
}

const startsWith = (start: string) => (element: string) => element.startsWith(start)
