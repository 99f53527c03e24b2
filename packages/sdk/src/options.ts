/** What the SDK needs from the world. Nothing is taken from globals, so that tests can drive all of it. */

/** A durable map of strings: localStorage or IndexedDB in a browser, a file in Node. */
export interface ClientStorage {
  get(key: string): Promise<string | null>
  set(key: string, value: string): Promise<void>
  delete(key: string): Promise<void>
  /** The keys that start with `prefix`, in any order. */
  keys(prefix: string): Promise<string[]>
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
  readonly clock: Clock
  /** A number in [0, 1). */
  readonly random: () => number
  /**
   * How a session is held. `cookie` (the default): by the browser. `bearer`: by a token that this
   * client keeps in `storage`, so that a program is still signed in after a restart.
   */
  readonly session?: 'cookie' | 'bearer'
  /** The bearer of a session made elsewhere. Implies `session: 'bearer'`. */
  readonly token?: string
}
