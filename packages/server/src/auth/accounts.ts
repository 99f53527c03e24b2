/**
 * Making accounts: for whoever signs up, for the owner by the set-up token, and by administrators.
 * Each is one transaction: a name is never without its password, nor an invite spent for nothing.
 */
import { randomBytes } from 'node:crypto'

import { normalizeUsername, type ServerRole, type SignUp } from '@roost/protocol'

import { newId, type Core } from '../core.ts'
import { AppError } from '../errors.ts'
import { setPersonWords } from '../name-words.ts'
import { searchNameOf } from '../people/profiles.ts'
import type { Db, Tx } from '../storage/database.ts'
import type { Auth } from './auth.ts'
import { hashToken } from './hashed-sessions.ts'
import { findInvite, useInvite } from './invites.ts'
import { checkPassword } from './passwords.ts'

/** Without a password nobody signs in, until one is set by a reset link. */
export type NewAccount = Omit<SignUp, 'invite' | 'password'> & {
  readonly password?: string | undefined
}

const TOKEN_KEY = 'setupToken'

export class Accounts {
  readonly #core: Core
  readonly #auth: Auth
  /** Once there is an owner there always is one. */
  #owned = false

  constructor(core: Core, auth: Auth) {
    this.#core = core
    this.#auth = auth
  }

  /** Until there is an owner, nobody signs up but by the set-up token. */
  async hasOwner(): Promise<boolean> {
    this.#owned ||= await this.#core.database.read(hasOwner)
    return this.#owned
  }

  /** Makes a fresh one-time token for the owner's account, ending the last; none once there is an owner. */
  async makeSetupToken(): Promise<string | undefined> {
    const token = randomBytes(24).toString('base64url')
    return this.#core.database.write(async ({ db }) => {
      if (await hasOwner(db)) return undefined
      await db
        .insertInto('meta')
        .values({ key: TOKEN_KEY, value: hashToken(token) })
        .onConflict((c) => c.column('key').doUpdateSet({ value: hashToken(token) }))
        .execute()
      return token
    })
  }

  /** Whose account a name or an address is: attempts by either count for the same person. */
  async find(by: { username: string } | { email: string }): Promise<string | undefined> {
    const found = await this.#core.database.read((db) => {
      const users = db.selectFrom('users').select('id')
      return 'email' in by
        ? users.where('email', '=', by.email.trim().toLowerCase()).executeTakeFirst()
        : users.where('username', '=', normalizeUsername(by.username)).executeTakeFirst()
    })
    return found?.id
  }

  /** As the policy of the moment has it; by an invite to a room also into that room. */
  async signUp({ invite, ...account }: SignUp): Promise<string> {
    const { signUp } = this.#core.settings.get()
    if (!(await this.hasOwner()))
      throw closed(
        'This server has no owner yet. Open the set-up link that it printed when it started.',
      )
    if (signUp === 'closed') throw closed('Only administrators make accounts on this server.')
    if (invite !== undefined)
      await this.#core.database.read((db) => findInvite(this.#core, db, invite))
    else if (signUp === 'invite')
      throw new AppError('forbidden', 'On this server it takes an invite link to sign up.', {
        reason: 'invite_required',
      })
    return this.#create(account, async (tx, userId) => {
      if (invite !== undefined) await useInvite(this.#core, tx, { token: invite, userId })
    })
  }

  /** Exchanges the one-time token for the owner's account. Of two at once, one gets it. */
  async setUp(token: string, account: NewAccount): Promise<string> {
    // First, or whoever has no link learns which names and addresses are taken.
    await this.#core.database.read((db) => requireToken(db, token))
    return this.#create(account, async (tx, userId) => {
      await requireToken(tx.db, token)
      // Which spends it.
      await makeAdministrator(tx, userId)
    })
  }

  /**
   * Makes an account for someone else. The first administrator is the owner and ends the set-up token.
   * @param options `also` runs in the same transaction
   */
  async create(
    account: NewAccount,
    options: {
      admin: boolean
      also?: (tx: Tx, made: { userId: string; role: ServerRole }) => Promise<void>
    },
  ): Promise<{ userId: string; role: ServerRole }> {
    let role: ServerRole = 'user'
    const userId = await this.#create(account, async (tx, userId) => {
      if (options.admin) role = await makeAdministrator(tx, userId)
      await options.also?.(tx, { userId, role })
    })
    return { userId, role }
  }

  /** @param also runs in the same transaction */
  async #create(
    account: NewAccount,
    also: (tx: Tx, userId: string) => Promise<void>,
  ): Promise<string> {
    const { username, name, email, password } = account
    const { database } = this.#core
    if (password !== undefined) checkPassword(password, [username, name, email])
    await database.read((db) => checkFree(db, account))
    const { password: hasher } = await this.#auth.$context
    const passwordHash = password === undefined ? null : await hasher.hash(password)
    return database.write(async (tx) => {
      await checkFree(tx.db, account)
      const userId = await insertAccount(this.#core, tx, { ...account, passwordHash })
      await also(tx, userId)
      return userId
    })
  }
}

/** The rows that better-auth would make of it, in one transaction. */
async function insertAccount(
  core: Core,
  tx: Tx,
  account: NewAccount & { passwordHash: string | null },
): Promise<string> {
  const { username, name, email, passwordHash } = account
  const id = newId(core)
  const now = new Date(core.now()).toISOString()
  const dates = { createdAt: now, updatedAt: now }
  const normalized = normalizeUsername(username)
  await tx.db
    .insertInto('users')
    .values({
      id,
      name,
      email: email.toLowerCase(),
      username: normalized,
      displayUsername: username,
      searchName: searchNameOf(name, normalized),
      role: 'user',
      ...dates,
    })
    .execute()
  await tx.db
    .insertInto('accounts')
    .values({
      id: newId(core),
      userId: id,
      accountId: id,
      providerId: 'credential',
      password: passwordHash,
      ...dates,
    })
    .execute()
  await setPersonWords(tx, { id, name, username: normalized })
  return id
}

async function checkFree(db: Db, { username, email }: NewAccount): Promise<void> {
  const name = normalizeUsername(username)
  const taken = await db
    .selectFrom('users')
    .select('username')
    .where((eb) => eb.or([eb('username', '=', name), eb('email', '=', email.toLowerCase())]))
    .execute()
  if (taken.some((user) => user.username === name))
    throw new AppError('conflict', 'This user name is taken.', {
      field: 'username',
      reason: 'username_taken',
    })
  if (taken.length > 0) throw emailTaken()
}

export const emailTaken = () =>
  new AppError('conflict', 'There is an account with this e-mail address already.', {
    field: 'email',
    reason: 'email_taken',
  })

const closed = (message: string) => new AppError('forbidden', message, { reason: 'sign_up_closed' })

async function hasOwner(db: Db): Promise<boolean> {
  const owner = await db
    .selectFrom('users')
    .select('id')
    .where('role', '=', 'owner')
    .executeTakeFirst()
  return owner !== undefined
}

async function requireToken(db: Db, token: string): Promise<void> {
  const valid = await db
    .selectFrom('meta')
    .select('key')
    .where('key', '=', TOKEN_KEY)
    .where('value', '=', hashToken(token))
    .executeTakeFirst()
  if (!valid)
    throw new AppError(
      'forbidden',
      'This set-up link is used up or out of date. Restart the server: it prints a new one while there is no owner.',
      { reason: 'setup_token_invalid' },
    )
}

async function makeAdministrator({ db }: Tx, userId: string): Promise<'owner' | 'admin'> {
  const role = (await hasOwner(db)) ? 'admin' : 'owner'
  await db.updateTable('users').set({ role }).where('id', '=', userId).execute()
  await db.deleteFrom('meta').where('key', '=', TOKEN_KEY).execute()
  return role
}
