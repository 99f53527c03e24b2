/** Writes a history down while a run goes on: what each device asks, is told, receives and shows. */
import type { Client, ConversationState, State } from '@roost/sdk'

import type { DeviceFacts, Entry, Write } from '../checker/history.ts'
import { isRecord } from '../json.ts'
import { outcomeOf, readEvent, readWrite } from '../traffic.ts'
import type { AskedRequest, Listener } from './line.ts'

export class Recorder {
  readonly entries: Entry[] = []
  readonly devices: Record<string, DeviceFacts> = {}
  /** The conversations that somebody asked for, in order. */
  readonly made: string[] = []
  /** In which conversation a message is. */
  readonly #places = new Map<string, string>()
  readonly #begun = new Set<string>()
  readonly #sent = new Map<string, string>()
  readonly #amended = new Map<string, string>()
  #looks = 0

  note(entry: Entry): void {
    this.entries.push(entry)
  }

  /** Somebody acts: once for each write, however often it is tried. */
  begin(device: string, clientId: string, conversationId: string, write: Write): void {
    if (this.#begun.has(clientId)) return
    this.#begun.add(clientId)
    if (write.type === 'send') {
      this.#sent.set(clientId, write.body)
      this.#places.set(clientId, conversationId)
    }
    if (write.type === 'create') this.made.push(conversationId)
    this.note({ type: 'invoke', op: clientId, clientId, device, conversationId, write })
  }

  /** Somebody writes other words before a message may have gone out: those are what is sent, if it has not. */
  amend(clientId: string, body: string): void {
    this.#amended.set(clientId, body)
  }

  #restate(clientId: string, write: Write & { type: 'send' }): void {
    const at = this.entries.findIndex((entry) => entry.type === 'invoke' && entry.op === clientId)
    const entry = this.entries[at]
    if (entry?.type === 'invoke') this.entries[at] = { ...entry, write }
    this.#sent.set(clientId, write.body)
  }

  /** What a device's line has to tell. */
  listenTo(device: string): Listener {
    const ops = new WeakMap<AskedRequest, string>()
    return {
      asked: (request) => {
        const op = this.#readRequest(device, request)
        if (op !== undefined) ops.set(request, op)
      },
      answered: (request, answer) => {
        const op = ops.get(request)
        if (op !== undefined) this.note(outcomeOf(op, answer))
      },
      frame: (text) => {
        const event = readEvent(device, text)
        if (event) this.note(event)
      },
    }
  }

  #readRequest(device: string, request: AskedRequest): string | undefined {
    const asked = readWrite(request)
    if (!asked) return undefined
    const { write, noun, id } = asked
    const conversationId = noun === 'conversations' ? id : this.#places.get(id)
    if (conversationId === undefined) return undefined
    if (write.type === 'read' || write.type === 'look')
      return this.#beginNameless(device, conversationId, write)
    const clientId = isRecord(request.body) ? request.body['clientId'] : undefined
    if (typeof clientId !== 'string') return undefined
    // Sends are written down when somebody makes them: what is sent under another id is nobody's.
    if (write.type !== 'send') this.begin(device, clientId, conversationId, write)
    else if (this.#amended.get(clientId) === write.body) this.#restate(clientId, write)
    else if (this.#sent.get(clientId) !== write.body)
      return this.#beginAgain(device, clientId, conversationId, write)
    return this.#begun.has(clientId) ? clientId : undefined
  }

  /** An id is used for something else: another operation. */
  #beginAgain(device: string, clientId: string, conversationId: string, write: Write) {
    if (!this.#begun.has(clientId)) return undefined
    const op = `${clientId} again`
    this.note({ type: 'invoke', op, clientId, device, conversationId, write })
    return op
  }

  #beginNameless(device: string, conversationId: string, write: Write): string {
    const op = `${write.type} ${++this.#looks}`
    this.begin(device, op, conversationId, write)
    return op
  }

  /** Follows what a device shows, from its start to its end. */
  watch(device: string, client: Client, known: Set<string>): () => void {
    const shown = new Map<string, string>()
    let before: State['conversations'] = {}
    const look = () => {
      const { conversations, outbox } = client.getState()
      for (const entry of outbox) {
        if (entry.type !== 'send' || entry.failed) continue
        const { conversationId, clientId: eventId } = entry
        const messages = conversations[conversationId]?.window?.messages ?? []
        const message = messages.find(({ id }) => id === eventId)
        if (message)
          this.note({ type: 'doubled', device, conversationId, seq: message.seq, eventId })
      }
      if (conversations === before) return
      for (const id of Object.keys(before))
        if (!conversations[id]) this.note({ type: 'forgot', device, conversationId: id })
      for (const [id, now] of Object.entries(conversations))
        if (now !== before[id]) this.#compare(device, { before: before[id], now, shown, known })
      before = conversations
    }
    return client.subscribe(look)
  }

  #compare(
    device: string,
    seen: {
      before: ConversationState | undefined
      now: ConversationState
      shown: Map<string, string>
      known: Set<string>
    },
  ): void {
    const { before, now, shown, known } = seen
    const at = { device, conversationId: now.id }
    for (const { id, seq } of [
      ...(now.window?.messages ?? []),
      ...(now.lastMessage ? [now.lastMessage] : []),
    ]) {
      if (shown.get(`${now.id} ${seq}`) === id) continue
      shown.set(`${now.id} ${seq}`, id)
      this.#places.set(id, now.id)
      this.note({ type: 'saw', ...at, seq, eventId: id })
    }
    if (!now.membership) return
    const { lastSeq: seq } = now
    if (!before?.membership) {
      if (before || known.has(now.id)) this.note({ type: 'forgot', ...at })
      known.add(now.id)
      this.note({ type: 'jumped', ...at, seq })
    } else if (seq === before.lastSeq + 1)
      this.note({ type: 'applied', ...at, seq, eventId: now.lastEventId })
    else if (seq !== before.lastSeq) this.note({ type: 'jumped', ...at, seq })
    this.#compareMarks(device, before, now)
  }

  #compareMarks(device: string, before: ConversationState | undefined, now: ConversationState) {
    const userId = this.devices[device]?.userId ?? ''
    const at = { type: 'marks', device, conversationId: now.id } as const
    if (now.membership && now.membership !== before?.membership) {
      const { readSeq, deliveredSeq } = now.membership
      this.note({ ...at, userId, readSeq, deliveredSeq })
    }
    for (const receipt of Object.values(now.receipts))
      if (receipt !== before?.receipts[receipt.userId]) this.note({ ...at, ...receipt })
  }
}
