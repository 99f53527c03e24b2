/**
 * How the password and the e-mail address of an account change: by their owner, or by a link that was
 * mailed to them or made by an administrator. A link works once, and only the latest one does; what it
 * says lies in the database as a hash.
 */
import { randomBytes } from 'node:crypto'

import { normalizeUsername, type ResetLink } from '@roost/protocol'

import { newId, type Core } from '../core.ts'
import { AppError } from '../errors.ts'
import type { Mailer } from '../mail/mailer.ts'
import { writeMail } from '../mail/mails.ts'
import { appendUserEvent } from '../messaging/user-events.ts'
import type { Limiter, MakeLimiter } from '../rate-limit.ts'
import type { Db, Tx } from '../storage/database.ts'
import { emailTaken } from './accounts.ts'
import type { Auth } from './auth.ts'
import { hashToken } from './hashed-sessions.ts'
import { checkPassword } from './passwords.ts'
import { revokeAllSessions, revokeOtherSessions } from './revocations.ts'

const HOUR = 60 * 60 * 1_000
/** Mails to one account: enough for who does not find the first, too few to annoy them by. */
const MAILS = { burst: 3, perSecond: 1 / 300 }

interface Owner {
  readonly id: string
  readonly name: string
  readonly username: string | null
  readonly email: string | null
  readonly locale: string | null
  /** null: none was set yet */
  readonly password: string | null
}
type MailContent = Omit<Parameters<typeof writeMail>[0], 'name' | 'serverName' | 'helpContact'>

export class Credentials {
  readonly #core: Core
  readonly #auth: Auth
  readonly #mailer: Mailer
  readonly #origin: string | undefined
  readonly #mails: Limiter
  readonly #underWay = new Set<Promise<void>>()

  constructor(needs: {
    core: Core
    auth: Auth
    mailer: Mailer
    makeLimiter: MakeLimiter
    origin: string | undefined
  }) {
    this.#core = needs.core
    this.#auth = needs.auth
    this.#mailer = needs.mailer
    this.#origin = needs.origin
    this.#mails = needs.makeLimiter('mails', MAILS)
  }

  /** Whether a forgotten password is reset by mail: it takes a mail server, and an address for the link. */
  get mailsLinks(): boolean {
    return this.#mailer.isSet && this.#origin !== undefined
  }

  /**
   * Mails a link to whom a user name or an address belongs, if to anyone. To be called when the
   * request has been answered, so that neither the answer nor its time tells who has an account.
   * @param locale of whoever asks, for people who have not chosen a language
   */
  requestReset(login: string, locale: string | null): void {
    if (!this.mailsLinks) return
    const work = this.#mailLink(login, locale)
      .catch(this.#core.report)
      .finally(() => this.#underWay.delete(work))
    this.#underWay.add(work)
  }

  async #mailLink(login: string, locale: string | null): Promise<void> {
    const isAddress = login.includes('@')
    const owner = await this.#core.database.read((db) =>
      selectOwners(db)
        .where(
          isAddress ? 'u.email' : 'u.username',
          '=',
          isAddress ? login.trim().toLowerCase() : normalizeUsername(login.trim()),
        )
        .executeTakeFirst(),
    )
    if (!owner || (await this.#mails.take(owner.id)) > 0) return
    const { path } = await this.#core.database.write((tx) => this.#insertLink(tx, owner.id, HOUR))
    this.#mail(owner, {
      kind: 'resetRequested',
      locale: owner.locale ?? locale,
      link: `${this.#origin}${path}`,
    })
  }

  /** Made for someone by an administrator: whose account it is, is told. */
  async makeResetLink(tx: Tx, userId: string): Promise<ResetLink> {
    const owner = await selectOwners(tx.db).where('u.id', '=', userId).executeTakeFirst()
    if (!owner) throw accountDisabled()
    const link = await this.#insertLink(tx, userId, 24 * HOUR)
    // A new account, whose first password this sets, is nobody's yet.
    if (owner.password === null) return link
    await tx.db
      .updateTable('users')
      .set({ resetLinkMadeAt: this.#core.now() })
      .where('id', '=', userId)
      .execute()
    const id = newId(this.#core)
    await appendUserEvent(this.#core, tx, { userId, id, type: 'me.changed' })
    tx.afterCommit(() => this.#mail(owner, { kind: 'resetLinkMade', locale: owner.locale }))
    return link
  }

  async #insertLink(tx: Tx, userId: string, life: number): Promise<ResetLink> {
    const token = randomBytes(24).toString('base64url')
    const now = this.#core.now()
    const expiresAt = now + life
    await removeResetLinks(tx, userId)
    await tx.db
      .deleteFrom('verifications')
      .where('identifier', '>=', LINK)
      .where('identifier', '<', LAST_LINK)
      .where('expiresAt', '<=', toDate(now))
      .execute()
    await tx.db
      .insertInto('verifications')
      .values({
        id: newId(this.#core),
        identifier: identifierOf(token),
        value: userId,
        expiresAt: toDate(expiresAt),
        createdAt: toDate(now),
        updatedAt: toDate(now),
      })
      .execute()
    const path = `/reset/${token}`
    return { path, url: this.#origin === undefined ? null : this.#origin + path, expiresAt }
  }

  /** Sets a password by a link, which is spent by it, and ends every session of the account. */
  async reset(token: string, newPassword: string): Promise<void> {
    const { database } = this.#core
    const owner = await database.read((db) => this.#findByLink(db, token))
    checkPassword(newPassword, personal(owner), 'newPassword')
    const hash = await this.#hash(newPassword)
    await database.write(async (tx) => {
      await this.#findByLink(tx.db, token)
      await this.#setPassword(tx, owner.id, hash)
      await revokeAllSessions(this.#core, tx, owner.id)
      tx.afterCommit(() => this.#mail(owner, { kind: 'passwordChanged', locale: owner.locale }))
    })
  }

  async #findByLink(db: Db, token: string): Promise<Owner> {
    const owner = await selectOwners(db)
      .innerJoin('verifications as v', 'v.value', 'u.id')
      .where('v.identifier', '=', identifierOf(token))
      .where('v.expiresAt', '>', toDate(this.#core.now()))
      .executeTakeFirst()
    if (owner) return owner
    throw new AppError(
      'forbidden',
      'This link is used up, out of date or replaced by a later one. Ask for a new one.',
      { reason: 'reset_invalid' },
    )
  }

  /** Ends all sessions but the one it is done in. */
  async changePassword(
    session: { id: string; userId: string },
    change: { currentPassword: string; newPassword: string },
  ): Promise<void> {
    const owner = await this.#verify(session.userId, change.currentPassword, 'currentPassword')
    checkPassword(change.newPassword, personal(owner), 'newPassword')
    const hash = await this.#hash(change.newPassword)
    await this.#core.database.write(async (tx) => {
      await requireUnchanged(tx, owner, 'currentPassword')
      await this.#setPassword(tx, owner.id, hash)
      await revokeOtherSessions(this.#core, tx, { userId: owner.id, sessionId: session.id })
      tx.afterCommit(() => this.#mail(owner, { kind: 'passwordChanged', locale: owner.locale }))
    })
  }

  /** Whoever reads the mail of an account can take it: so this takes the password, and tells the old address. */
  async changeEmail(userId: string, change: { password: string; email: string }): Promise<void> {
    const email = change.email.toLowerCase()
    const owner = await this.#verify(userId, change.password, 'password')
    if (email === owner.email) return
    await this.#core.database.write(async (tx) => {
      await requireUnchanged(tx, owner, 'password')
      const taken = await tx.db
        .selectFrom('users')
        .select('id')
        .where('email', '=', email)
        .executeTakeFirst()
      if (taken) throw emailTaken()
      await tx.db
        .updateTable('users')
        .set({ email, emailVerified: 0 })
        .where('id', '=', userId)
        .execute()
      // A link on its way to the old address is worth nothing.
      await removeResetLinks(tx, userId)
      const id = newId(this.#core)
      await appendUserEvent(this.#core, tx, { userId, id, type: 'me.changed' })
      tx.afterCommit(() => this.#mail(owner, { kind: 'emailChanged', locale: owner.locale }))
    })
  }

  /** What is kept of someone's password: something else once another one is set. */
  async readHash(userId: string | undefined): Promise<string | null> {
    const owner = await this.#core.database.read((db) =>
      selectOwners(db)
        .where('u.id', '=', userId ?? '')
        .executeTakeFirst(),
    )
    return owner?.password ?? null
  }

  /** Resolves when what was begun is done. */
  async close(): Promise<void> {
    await Promise.all(this.#underWay)
  }

  async #verify(userId: string, password: string, field: string): Promise<Owner> {
    const owner = await this.#core.database.read((db) =>
      selectOwners(db).where('u.id', '=', userId).executeTakeFirst(),
    )
    const { password: hasher } = await this.#auth.$context
    const matches =
      owner?.password != null && (await hasher.verify({ hash: owner.password, password }))
    if (!owner || !matches) throw wrongPassword(field)
    return owner
  }

  async #hash(password: string): Promise<string> {
    const { password: hasher } = await this.#auth.$context
    return hasher.hash(password)
  }

  /** Links that would set yet another end with it. */
  async #setPassword(tx: Tx, userId: string, hash: string): Promise<void> {
    await tx.db
      .updateTable('accounts')
      .set({ password: hash, updatedAt: toDate(this.#core.now()) })
      .where('userId', '=', userId)
      .where('providerId', '=', 'credential')
      .execute()
    await removeResetLinks(tx, userId)
  }

  #mail({ email, name }: Owner, content: MailContent): void {
    if (email === null) return
    const { serverName, helpContact } = this.#core.settings.get()
    const mail = writeMail({ ...content, name, serverName, helpContact })
    this.#mailer.send({ to: email, mail, sender: serverName })
  }
}

/** People with an account that is not disabled. */
function selectOwners(db: Db) {
  return db
    .selectFrom('users as u')
    .innerJoin('accounts as a', (join) =>
      join.onRef('a.userId', '=', 'u.id').on('a.providerId', '=', 'credential'),
    )
    .select(['u.id', 'u.name', 'u.username', 'u.email', 'u.locale', 'a.password'])
    .where('u.kind', '=', 'person')
    .where('u.banned', '=', 0)
}

/** The password that was verified is still the one, now that nothing else can change it. */
async function requireUnchanged(tx: Tx, owner: Owner, field: string): Promise<void> {
  const now = await selectOwners(tx.db).where('u.id', '=', owner.id).executeTakeFirst()
  if (now?.password !== owner.password) throw wrongPassword(field)
}

/** Whatever links of someone are on their way are worth nothing any more. */
export async function removeResetLinks({ db }: Tx, userId: string): Promise<void> {
  await db
    .deleteFrom('verifications')
    .where('identifier', '>=', LINK)
    .where('identifier', '<', LAST_LINK)
    .where('value', '=', userId)
    .execute()
}

const LINK = 'reset:'
const LAST_LINK = `${LINK}~`
const identifierOf = (token: string) => LINK + hashToken(token)
const toDate = (time: number) => new Date(time).toISOString()
const personal = ({ username, name, email }: Owner) =>
  [username, name, email].filter((text) => text !== null)
const accountDisabled = () =>
  new AppError('forbidden', 'This account is disabled.', { reason: 'account_disabled' })
const wrongPassword = (field: string) =>
  new AppError('forbidden', 'The password is wrong.', { field, reason: 'wrong_password' })
