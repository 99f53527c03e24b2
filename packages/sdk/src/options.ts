/** What the SDK needs from the world. Nothing is taken from globals, so that tests can drive all of it. */

import type { Tabs } from './tabs.ts'

/**
 * A durable map from keys to JSON values: IndexedDB in a browser, a file in Node. It outlives the
 * client, and what one client of a browser writes the others read.
 */
export interface ClientStorage {
  /** Everything under the keys that start with `prefix`, in the order of keys (by code unit). */
  read(prefix: string): Promise<readonly (readonly [key: string, value: unknown])[]>
  /** All of it or nothing, durable once it resolves. `null` removes a key. Calls take effect in order. */
  write(changes: readonly (readonly [key: string, value: unknown])[]): Promise<void>
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Calls `act` once after `ms`; returns a function that prevents it. */
  after(ms: number, act: () => void): () => void
}

/**
 * The part of the WHATWG WebSocket that is used: a `WebSocket` is one. Messages have their text in
 * `data`, a close its `code`.
 */
export interface WebSocketLike {
  onopen: ((event: never) => void) | null
  onmessage: ((event: never) => void) | null
  onclose: ((event: never) => void) | null
  onerror: ((event: never) => void) | null
  send(data: string): void
  close(code?: number, reason?: string): void
}

export interface ClientOptions {
  /** Origin of the server, such as `https://chat.example.org`, without a slash at the end. */
  readonly baseUrl: string
  /** The part of the WHATWG `fetch` that is used. */
  readonly fetch: (url: string, init?: RequestInit) => Promise<Response>
  /** Opens a socket. Outside browsers it adds the `Authorization` header when given a token. */
  readonly openSocket: (url: string, token: string | null) => WebSocketLike
  readonly storage: ClientStorage
  /** Finds the other clients that share the storage. Absent: there are none. */
  readonly tabs?: Tabs | undefined
  readonly clock: Clock
  /** A number in [0, 1). */
  readonly random: () => number
  /**
   * How a session is held. `cookie` (the default): by the browser. `bearer`: by a token that this
   * client keeps in `storage`, so that a program is still signed in after a restart.
   */
  readonly session?: 'cookie' | 'bearer'
  /**
   * Whether conversations are kept in `storage`, so that the next start shows them at once, even
   * without a network. Off unless it is set; see `keepCache` of the client.
   */
  readonly cache?: boolean
  /** The bearer of a session made elsewhere. Implies `session: 'bearer'`. */
  readonly token?: string
}
