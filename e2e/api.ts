/** A program's view of a server, to prepare what a journey then sees in the browser. */
import {
  adminEndpoints,
  endpoints,
  signedIn,
  uuidv7,
  type Conversation,
  type Endpoint,
  type In,
  type Message,
  type User,
} from '@roost/protocol'

import type { RunningServer } from './server.ts'

export interface Account {
  readonly username: string
  readonly name: string
  readonly email: string
  readonly password: string
}

export class Api {
  readonly origin: string
  readonly userId: string
  readonly #token: string

  private constructor(origin: string, session: { token: string; user: { id: string } }) {
    this.origin = origin
    this.userId = session.user.id
    this.#token = session.token
  }

  static async signUp(origin: string, account: Account): Promise<Api> {
    return Api.#begin(origin, '/api/auth/sign-up/email', account)
  }

  /** Makes the owner with the token of the link that the server printed. */
  static async setUp(server: RunningServer, account: Account): Promise<Api> {
    const token = new URL(server.setupLink ?? '').searchParams.get('token')
    return Api.#begin(server.origin, '/api/v1/setup', { ...account, token })
  }

  static async #begin(origin: string, path: string, body: object): Promise<Api> {
    const response = await fetch(new URL(path, origin), {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: JSON.stringify(body),
    })
    return new Api(origin, signedIn.parse(await read(response)))
  }

  async openDirect(userId: string): Promise<Conversation> {
    return this.#call(endpoints.createConversation, { body: { kind: 'direct', userId } })
  }

  async conversation(id: string): Promise<Conversation> {
    return this.#call(endpoints.conversation, { params: { id } })
  }

  async createRoom(
    name: string,
    options: { topic?: string; visibility?: 'public' | 'private' } = {},
  ): Promise<Conversation> {
    const body = { kind: 'room', name, visibility: 'public', ...options } as const
    return this.#call(endpoints.createConversation, { body })
  }

  async join(id: string): Promise<void> {
    await this.#call(endpoints.join, { params: { id }, body: {} })
  }

  async add(id: string, userId: string): Promise<void> {
    await this.#call(endpoints.addMember, { params: { id }, body: { userId } })
  }

  async send(id: string, text: string, replyTo?: string): Promise<Message> {
    const clientId = uuidv7(Date.now(), Math.random)
    const body = { clientId, body: text, ...(replyTo === undefined ? {} : { replyTo }) }
    return this.#call(endpoints.sendMessage, { params: { id }, body })
  }

  async edit(messageId: string, text: string): Promise<void> {
    await this.#call(endpoints.editMessage, {
      params: { id: messageId },
      body: { clientId: uuidv7(Date.now(), Math.random), body: text },
    })
  }

  async delete(messageId: string): Promise<void> {
    await this.#call(endpoints.deleteMessage, { params: { id: messageId }, body: {} })
  }

  async react(messageId: string, emoji: string): Promise<void> {
    const params = { id: messageId, emoji: encodeURIComponent(emoji) }
    await this.#call(endpoints.react, { params, body: {} })
  }

  async remove(id: string, userId: string): Promise<void> {
    await this.#call(endpoints.removeMember, { params: { id, userId }, body: {} })
  }

  async markRead(id: string, seq: number): Promise<void> {
    await this.#call(endpoints.markRead, { params: { id }, body: { seq } })
  }

  async messages(id: string, limit = 100): Promise<Message[]> {
    const page = await this.#call(endpoints.messages, { params: { id }, query: { limit } })
    return page.messages
  }

  async describeMyself(about: string): Promise<void> {
    await this.#call(endpoints.updateMe, { body: { about } })
  }

  /** The path of a new link to a room. */
  async invite(conversationId: string): Promise<string> {
    const { token } = await this.#call(endpoints.createInvite, { body: { conversationId } })
    return `/invite/${token}`
  }

  /** Makes somebody an administrator of the server. */
  async promote(userId: string): Promise<void> {
    const body = { role: 'admin' } as const
    await this.#call(adminEndpoints.adminUpdateUser, { params: { id: userId }, body })
  }

  async findUser(query: string): Promise<User> {
    const { users } = await this.#call(endpoints.users, { query: { query } })
    const [found] = users
    if (!found) throw new Error(`Nobody is called ${query}.`)
    return found
  }

  async rooms(query: string) {
    return (await this.#call(endpoints.rooms, { query: { query } })).rooms
  }

  async #call<const E extends Endpoint>(
    endpoint: E,
    input: {
      params?: Record<string, string>
      query?: Record<string, string | number>
      body?: In<E>['body']
    },
  ): Promise<ReturnType<E['response']['parse']>> {
    const path = endpoint.path.replace(/:(\w+)/g, (_, name: string) => input.params?.[name] ?? '')
    const url = new URL(path, this.origin)
    for (const [name, value] of Object.entries(input.query ?? {}))
      url.searchParams.set(name, String(value))
    const headers = { authorization: `Bearer ${this.#token}` }
    const request =
      input.body === undefined
        ? { headers }
        : {
            headers: { ...headers, 'content-type': 'application/json' },
            body: JSON.stringify(input.body),
          }
    const response = await fetch(url, { method: endpoint.method, ...request })
    return endpoint.response.parse(await read(response)) as ReturnType<E['response']['parse']>
  }
}

async function read(response: Response): Promise<unknown> {
  const text = await response.text()
  if (!response.ok) throw new Error(`${response.status} ${response.url}: ${text}`)
  return JSON.parse(text) as unknown
}
