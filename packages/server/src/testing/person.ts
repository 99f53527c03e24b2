/** One of the cast: the API with replies checked against the contract, and sockets. */
import {
  endpoints,
  errorBody,
  uuidv7,
  type Conversation,
  type CreateConversation,
  type Endpoint,
  type ErrorBody,
  type In,
  type Member,
  type Message,
  type Role,
  type SendMessage,
  type UpdateConversation,
} from '@roost/protocol'
import type { z } from 'zod'

import { callApi, type TestServer, type TestUser } from './start-test-server.ts'
import { TestSocket } from './test-socket.ts'

/** What a caller may try, right or wrong. */
export interface Attempt {
  readonly params?: object | undefined
  readonly query?: object | undefined
  readonly body?: unknown
}
/** Whatever came back. */
export interface Answer {
  readonly status: number
  readonly body: unknown
  readonly headers: Headers
}
export type Refusal = ErrorBody['error'] & { readonly status: number; readonly headers: Headers }
type Room = Extract<CreateConversation, { kind: 'room' }>

export const newClientId = () => uuidv7(Date.now(), Math.random)

export class Person {
  readonly id: string
  readonly username: string
  readonly token: string
  readonly #url: string

  constructor(server: Pick<TestServer, 'url'>, { id, username, token }: Omit<TestUser, 'call'>) {
    this.id = id
    this.username = username
    this.token = token
    this.#url = server.url
  }

  /** Makes a request as it stands. */
  request(endpoint: Endpoint, attempt: Attempt = {}): Promise<Answer> {
    const { method } = endpoint
    const { token } = this
    return callApi(this.#url, {
      method,
      path: pathOf(endpoint, attempt),
      body: attempt.body,
      token,
    })
  }

  /** Makes a request that must succeed. */
  async ask<E extends Endpoint>(
    endpoint: E,
    input: Partial<In<E>> = {},
  ): Promise<z.output<E['response']>> {
    const { status, body } = await this.request(endpoint, input)
    if (status !== 200 && status !== 201)
      throw new Error(`${endpoint.method} ${endpoint.path}: ${status} ${JSON.stringify(body)}`)
    return endpoint.response.parse(body) as z.output<E['response']>
  }

  /** Makes a request that must be refused. */
  async refusal(endpoint: Endpoint, attempt: Attempt = {}): Promise<Refusal> {
    const { status, body, headers } = await this.request(endpoint, attempt)
    if (status < 400) throw new Error(`${endpoint.method} ${endpoint.path} was allowed: ${status}`)
    return { status, headers, ...errorBody.parse(body).error }
  }

  connect(): Promise<TestSocket> {
    return TestSocket.open(this.#url, { authorization: `Bearer ${this.token}` })
  }

  send(conversationId: string, body: string, more: Partial<SendMessage> = {}): Promise<Message> {
    return this.ask(endpoints.sendMessage, {
      params: { id: conversationId },
      body: { clientId: newClientId(), body, ...more },
    })
  }

  edit(id: string, body: string, more: { mentions?: string[] } = {}): Promise<Message> {
    const edited = { clientId: newClientId(), body, ...more }
    return this.ask(endpoints.editMessage, { params: { id }, body: edited })
  }

  erase(id: string): Promise<Message> {
    return this.ask(endpoints.deleteMessage, { params: { id }, body: {} })
  }

  react(id: string, emoji: string): Promise<Message> {
    return this.ask(endpoints.react, { params: { id, emoji }, body: {} })
  }

  unreact(id: string, emoji: string): Promise<Message> {
    return this.ask(endpoints.unreact, { params: { id, emoji }, body: {} })
  }

  openDirect(other: { id: string }): Promise<Conversation> {
    return this.ask(endpoints.createConversation, { body: { kind: 'direct', userId: other.id } })
  }

  makeRoom(room: Partial<Omit<Room, 'kind'>> = {}): Promise<Conversation> {
    const body: Room = { kind: 'room', name: 'Room', visibility: 'public', ...room }
    return this.ask(endpoints.createConversation, { body })
  }

  /** A room with these people in it, made by this one. */
  async makeRoomWith(
    others: readonly Person[],
    room: Partial<Omit<Room, 'kind'>> = {},
  ): Promise<Conversation> {
    const { id } = await this.makeRoom(room)
    for (const other of others) await this.add(id, other)
    return this.look(id)
  }

  join(id: string): Promise<Conversation> {
    return this.ask(endpoints.join, { params: { id }, body: {} })
  }

  leave(id: string): Promise<{ seq: number }> {
    return this.ask(endpoints.leave, { params: { id }, body: {} })
  }

  add(id: string, other: { id: string }): Promise<{ seq: number }> {
    return this.ask(endpoints.addMember, { params: { id }, body: { userId: other.id } })
  }

  remove(id: string, other: { id: string }): Promise<{ seq: number }> {
    return this.ask(endpoints.removeMember, { params: { id, userId: other.id }, body: {} })
  }

  setRole(id: string, other: { id: string }, role: Role): Promise<Member> {
    return this.ask(endpoints.updateMember, { params: { id, userId: other.id }, body: { role } })
  }

  change(id: string, change: UpdateConversation): Promise<Conversation> {
    return this.ask(endpoints.updateConversation, { params: { id }, body: change })
  }

  /** The conversation as this person sees it. */
  look(id: string): Promise<Conversation> {
    return this.ask(endpoints.conversation, { params: { id } })
  }

  read(id: string, seq: number) {
    return this.ask(endpoints.markRead, { params: { id }, body: { seq } })
  }

  /** Resolves when this socket of theirs has got everything that was stored before. */
  async settle(socket: TestSocket): Promise<void> {
    const isMine = TestSocket.isUserEvent('me.changed')
    const before = socket.frames.filter(isMine).length
    await this.ask(endpoints.updateMe, { body: { timeZone: 'Europe/Berlin' } })
    await socket.until(() => socket.frames.filter(isMine).length > before)
    await socket.settle()
  }
}

export function pathOf({ path }: Endpoint, { params = {}, query = {} }: Attempt): string {
  const filled = Object.entries(params).reduce(
    (rest, [name, value]) => rest.replace(`:${name}`, encodeURIComponent(String(value))),
    path,
  )
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) search.append(name, String(value))
  return search.size > 0 ? `${filled}?${search.toString()}` : filled
}

/** Signs up people by their user names. */
export async function signUpCast<const Name extends string>(
  server: TestServer,
  ...names: readonly Name[]
): Promise<Record<Name, Person>> {
  const people = await Promise.all(
    names.map(async (name) => [name, new Person(server, await server.signUp(name))] as const),
  )
  return Object.fromEntries(people) as Record<Name, Person>
}

/** A socket for each of them, in their order; whoever is named twice has two. */
export function connectAll<People extends readonly Person[]>(...people: People) {
  const sockets = people.map((person) => person.connect())
  return Promise.all(sockets) as Promise<{ [At in keyof People]: TestSocket }>
}

export async function closeAll(...sockets: readonly TestSocket[]): Promise<void> {
  await Promise.all(sockets.map((socket) => socket.close()))
}
