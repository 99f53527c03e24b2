/**
 * Who a request is from: a signed cookie or a bearer token, looked up through a cache that lives a
 * second and is emptied at once by a revocation. The one place where sessions are checked.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

import type { Core } from '../core.ts'
import { gather } from '../gather.ts'
import { hashToken } from './hashed-sessions.ts'
import { SessionActivity } from './session-activity.ts'

export interface Session {
  readonly id: string
  readonly userId: string
  readonly role: 'owner' | 'admin' | 'user'
  readonly expiresAt: number
}

interface SessionRow {
  readonly id: string
  readonly userId: string
  readonly token: string
  readonly expiresAt: string
  readonly createdAt: string
  readonly lastSeenAt: number | null
  readonly role: string | null
}

type LookUp = (hash: string) => Promise<SessionRow | undefined>

const CACHE_FOR = 1_000
const ROUND = { most: 500 }
const PATIENT = { ...ROUND, patient: true } as const
const CACHED = 20_000

export class Sessions {
  readonly activity: SessionActivity
  readonly #core: Core
  readonly #secret: string
  readonly #cookieName: string
  readonly #cache = new Map<string, { session: Session; until: number }>()
  readonly #leaveBus: () => void
  /** By the hash of a token. */
  readonly #lookUp: LookUp
  /** The same for sockets: they come back all at once, and a moment is nothing to them. */
  readonly #lookUpPatiently: LookUp
  /** Whether the session of this id still holds. */
  readonly isLive: (id: string) => Promise<boolean>

  constructor(core: Core, options: { secret: string; cookieName: string }) {
    this.#core = core
    this.activity = new SessionActivity(core)
    this.#secret = options.secret
    this.#cookieName = options.cookieName
    const lookUp = async (hashes: readonly string[]) => {
      const rows = new Map((await this.#read(hashes)).map((row) => [row.token, row]))
      return hashes.map((hash) => rows.get(hash))
    }
    this.#lookUp = gather(lookUp, ROUND)
    this.#lookUpPatiently = gather(lookUp, PATIENT)
    this.isLive = gather(async (ids) => {
      const live = await this.findLive([...new Set(ids)])
      return ids.map((id) => live.has(id))
    }, PATIENT)
    this.#leaveBus = core.bus.subscribe((note) => {
      if (note.type !== 'revoked' && note.type !== 'role') return
      const isMeant = ({ id, userId }: Session) =>
        note.type === 'revoked' ? id === note.sessionId : userId === note.userId
      for (const [key, { session }] of this.#cache) if (isMeant(session)) this.#cache.delete(key)
    })
  }

  fromHeaders(headers: IncomingHttpHeaders): Promise<Session | undefined> {
    return this.#fromHeaders(headers, this.#lookUp)
  }

  /** Of a request for a socket. */
  fromUpgrade(headers: IncomingHttpHeaders): Promise<Session | undefined> {
    return this.#fromHeaders(headers, this.#lookUpPatiently)
  }

  /** Those of these sessions that still hold. */
  async findLive(ids: readonly string[]): Promise<Set<string>> {
    const rows = await this.#core.database.read((db) =>
      db
        .selectFrom('sessions as s')
        .innerJoin('users as u', 'u.id', 's.userId')
        .select(['s.id', 's.expiresAt'])
        .where('s.id', 'in', ids)
        .where('u.banned', '=', 0)
        .execute(),
    )
    const now = this.#core.now()
    return new Set(rows.filter(({ expiresAt }) => Date.parse(expiresAt) > now).map(({ id }) => id))
  }

  async close(): Promise<void> {
    this.#leaveBus()
    await this.activity.close()
  }

  async #fromHeaders(headers: IncomingHttpHeaders, lookUp: LookUp): Promise<Session | undefined> {
    const token =
      headers.authorization === undefined
        ? this.#fromCookie(headers.cookie)
        : /^Bearer ([\w-]{16,128})$/.exec(headers.authorization)?.[1]
    return token === undefined ? undefined : this.#find(token, lookUp)
  }

  async #find(token: string, lookUp: LookUp): Promise<Session | undefined> {
    const key = hashToken(token)
    const now = this.#core.now()
    const hit = this.#cache.get(key)
    if (hit && hit.until > now) return hit.session
    this.#cache.delete(key)
    const row = await lookUp(key)
    if (!row) return undefined
    const expiresAt = Date.parse(row.expiresAt)
    if (expiresAt <= now) return undefined
    this.activity.used(row.id, row.lastSeenAt ?? Date.parse(row.createdAt))
    const role = row.role === 'owner' || row.role === 'admin' ? row.role : 'user'
    const session = { id: row.id, userId: row.userId, role, expiresAt } as const
    if (this.#cache.size >= CACHED) this.#cache.clear()
    this.#cache.set(key, { session, until: Math.min(now + CACHE_FOR, expiresAt) })
    return session
  }

  #read(hashes: readonly string[]): Promise<SessionRow[]> {
    return this.#core.database.read((db) =>
      db
        .selectFrom('sessions as s')
        .innerJoin('users as u', 'u.id', 's.userId')
        .select(['s.id', 's.userId', 's.token', 's.expiresAt', 's.createdAt', 's.lastSeenAt'])
        .select('u.role')
        .where('s.token', 'in', [...new Set(hashes)])
        .where('u.banned', '=', 0)
        .execute(),
    )
  }

  /** The token of the cookie, if better-auth's signature on it is right. */
  #fromCookie(header: string | undefined): string | undefined {
    const prefix = `${this.#cookieName}=`
    const pair = header
      ?.split(';')
      .map((part) => part.trim())
      .find((part) => part.startsWith(prefix))
    if (pair === undefined) return undefined
    let value: string
    try {
      value = decodeURIComponent(pair.slice(prefix.length))
    } catch {
      return undefined
    }
    const dot = value.lastIndexOf('.')
    const expected = createHmac('sha256', this.#secret).update(value.slice(0, dot)).digest()
    const given = Buffer.from(value.slice(dot + 1), 'base64')
    const valid = given.length === expected.length && timingSafeEqual(given, expected)
    return valid ? value.slice(0, dot) : undefined
  }
}
