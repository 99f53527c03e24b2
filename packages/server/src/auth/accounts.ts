/** Making accounts: for whoever signs up, for the owner by the set-up token, and from the command line. */
import { createHash, randomBytes } from 'node:crypto'

import { normalizeUsername, type SignUp } from '@roost/protocol'
import { APIError } from 'better-auth/api'

import type { Core } from '../core.ts'
import { AppError } from '../errors.ts'
import { setPersonWords } from '../name-words.ts'
import { searchNameOf } from '../people/profiles.ts'
import type { Db, Tx } from '../storage/database.ts'
import type { Auth } from './auth.ts'
import { checkPassword } from './passwords.ts'

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
        .values({ key: TOKEN_KEY, value: hash(token) })
        .onConflict((c) => c.column('key').doUpdateSet({ value: hash(token) }))
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

  async signUp(account: SignUp): Promise<void> {
    if (!(await this.hasOwner()))
      throw new AppError(
        'forbidden',
        'This server has no owner yet. Open the set-up link that it printed when it started.',
        { reason: 'sign_up_closed' },
      )
    await this.#create(account)
  }

  /** Exchanges the one-time token for the owner's account. Of two at once, one gets it. */
  async setUp(token: string, account: SignUp): Promise<void> {
    await this.#check(account)
    const value = hash(token)
    const spent = await this.#core.database.write(({ db }) =>
      db
        .deleteFrom('meta')
        .where('key', '=', TOKEN_KEY)
        .where('value', '=', value)
        .returning('key')
        .executeTakeFirst(),
    )
    if (!spent)
      throw new AppError(
        'forbidden',
        'This set-up link is used up or out of date. Restart the server: it prints a new one while there is no owner.',
        { reason: 'setup_token_invalid' },
      )
    try {
      const userId = await this.#create(account)
      await this.#core.database.write((tx) => makeAdministrator(tx, userId))
    } catch (error) {
      // Nothing was made of it: it may be used again, unless an owner came in between.
      await this.#core.database.write(async ({ db }) => {
        if (await hasOwner(db)) return
        await db.insertInto('meta').values({ key: TOKEN_KEY, value }).execute()
      })
      throw error
    }
  }

  /** Makes an account from the command line. The first administrator is the owner and ends the token. */
  async create(
    account: SignUp,
    { admin }: { admin: boolean },
  ): Promise<{ userId: string; role: 'owner' | 'admin' | 'user' }> {
    const userId = await this.#create(account)
    const role = admin
      ? await this.#core.database.write((tx) => makeAdministrator(tx, userId))
      : 'user'
    return { userId, role }
  }

  async #create(account: SignUp): Promise<string> {
    await this.#check(account)
    const { username, name, email, password } = account
    const data = { username, searchName: searchNameOf(name, username) }
    try {
      const { user } = await this.#auth.api.createUser({ body: { email, password, name, data } })
      const { id } = user
      // Should this be cut short, the next start makes up for it.
      await this.#core.database.write((tx) => setPersonWords(tx, { id, name, username }))
      return id
    } catch (error) {
      // Two at once for the same name: the database has decided.
      await this.#checkFree(account)
      throw error instanceof APIError ? new Error(error.message, { cause: error }) : error
    }
  }

  async #check(account: SignUp): Promise<void> {
    const { username, name, email, password } = account
    checkPassword(password, [username, name, email])
    await this.#checkFree(account)
  }

  async #checkFree({ username, email }: SignUp): Promise<void> {
    const taken = await this.#core.database.read((db) =>
      db
        .selectFrom('users')
        .select(['username', 'email'])
        .where((eb) =>
          eb.or([
            eb('username', '=', normalizeUsername(username)),
            eb('email', '=', email.toLowerCase()),
          ]),
        )
        .execute(),
    )
    if (taken.some((user) => user.username === normalizeUsername(username)))
      throw new AppError('conflict', 'This user name is taken.', {
        field: 'username',
        reason: 'username_taken',
      })
    if (taken.length > 0)
      throw new AppError('conflict', 'There is an account with this e-mail address already.', {
        field: 'email',
        reason: 'email_taken',
      })
  }
}

async function hasOwner(db: Db): Promise<boolean> {
  const owner = await db
    .selectFrom('users')
    .select('id')
    .where('role', '=', 'owner')
    .executeTakeFirst()
  return owner !== undefined
}

async function makeAdministrator({ db }: Tx, userId: string): Promise<'owner' | 'admin'> {
  const role = (await hasOwner(db)) ? 'admin' : 'owner'
  await db.updateTable('users').set({ role }).where('id', '=', userId).execute()
  await db.deleteFrom('meta').where('key', '=', TOKEN_KEY).execute()
  return role
}

function hash(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}
