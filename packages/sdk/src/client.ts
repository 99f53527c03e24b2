/** The public face of the SDK: one client, one session at a time. */
import {
  type ConversationBase,
  type Endpoint,
  type Me,
  type Member,
  type Message,
  type Role,
  type RoomListing,
  type SetUp,
  type SignUp,
  type UpdateMe,
  type UpdateMembership,
  type User,
} from '@roost/protocol'

import { backOffAfter } from './back-off.ts'
import { createCommands } from './conversations.ts'
import { createDevice, type Found } from './device.ts'
import { ApiError, isSignedOut, isTemporary } from './errors.ts'
import { createMint } from './mint.ts'
import type { ClientOptions } from './options.ts'
import { mayBeIgnored, type NewWrite } from './outbox.ts'
import { createRest, type Answer, type AnswerOf, type Given, type Rest } from './rest.ts'
import { createSession, signedOut, type Session } from './session.ts'
import { share } from './share.ts'
import type { ConversationState, State } from './state.ts'
import { createStore, emptyState, withUsers } from './store.ts'

/**
 * What a program does with a Roost server. Asynchronous calls reject with `ApiError` (the server
 * refused), `ConnectionError` (no answer: whether it happened is unknown) or `ProtocolError` (not a
 * Roost server); without a session they reject with an `ApiError` `unauthenticated`.
 */
export interface Client {
  /** The state now. Immutable: it is replaced, and what did not change in it is kept. */
  getState(): State
  /** Calls `listener` after every change, until the returned function is called. */
  subscribe(listener: () => void): () => void

  /**
   * Shows what was kept of the last run, if anything, and connects. Otherwise reads the server's face
   * and the session; when signed in, loads the chat list and connects. Tries until the server answers,
   * and resolves when the chat list is there or nobody is signed in.
   */
  start(): Promise<void>
  /** Closes the socket and stops all timers. The outbox stays in storage. */
  stop(): void
  /** The network is back, or somebody is looking again: try now what would be tried later. */
  wake(): void
  /**
   * The device says that its network is gone: the connection counts as lost without waiting for
   * silence. Until `wake`, or until there is a connection all the same, nothing in the outbox goes
   * out: so it is certain that the server does not have it, and it can still be changed or taken back.
   */
  lose(): void
  /** Brings what is kept on this device up to date, before the program may be gone. */
  keep(): Promise<void>
  /** Whether what I read is kept on this device, to be there at once and without a network. */
  isCacheKept(): boolean
  /** Has it kept from now on, here; or forgets what is kept. What waits to be sent is always kept. */
  keepCache(on: boolean): Promise<void>

  /** Makes an account and signs in. Rejects with a `field` and a `reason` that tell what is wrong. */
  signUp(account: SignUp): Promise<void>
  /** Makes the owner's account with the token of the setup link, and signs in. */
  setUp(account: SetUp): Promise<void>
  /** `login` is a user name or, when it contains `@`, an e-mail address. */
  signIn(credentials: { login: string; password: string; rememberMe?: boolean }): Promise<void>
  /**
   * Ends the session on the server and wipes what this client stored, unsent messages included. When
   * the server cannot be reached it rejects and nothing is wiped.
   */
  signOut(): Promise<void>
  /** `locale` is a BCP 47 tag, `timeZone` an IANA name; null follows the device. */
  updateMe(change: UpdateMe): Promise<void>
  /** Sets my picture (JPEG, PNG or WebP, square), or removes it. */
  setMyPicture(picture: Blob | null): Promise<void>
  /** Changes where mail about the account goes. */
  changeEmail(change: { email: string; password: string }): Promise<void>

  /**
   * Calls any endpoint of the protocol: `call(endpoints.search, { query: { query: 'tea' } })`, started
   * or not. What it changes on the server reaches the state by events; the methods below take it in
   * at once.
   */
  call<E extends Endpoint>(endpoint: E, parts: Given<E>): Promise<AnswerOf<E>>
  /** Where a picture is: `pictureUrl(user.picture, 'small')`. Needs the session's cookie or bearer. */
  pictureUrl(pictureId: string, size: 'small' | 'large'): string
  /** Calls `listener` for every message of somebody else that arrives live, until the returned function is called. */
  onMessage(listener: (message: Message, conversation: ConversationState) => void): () => void

  /** People whose name matches, a page at a time; without a query all of them. */
  findUsers(options: {
    query?: string
    cursor?: string
  }): Promise<{ users: User[]; nextCursor?: string }>
  /** The directory of public rooms, a page at a time. */
  findRooms(options: {
    query?: string
    cursor?: string
  }): Promise<{ rooms: RoomListing[]; nextCursor?: string }>
  /** Who is in a conversation, by name, a page at a time. */
  findMembers(
    conversationId: string,
    options: { query?: string; cursor?: string },
  ): Promise<{ members: (Member & { user: User })[]; nextCursor?: string }>

  /** Opens the direct chat with someone, making it if there is none. Returns its id. */
  openDirect(userId: string): Promise<string>
  /**
   * Makes a room and adds people to it. Returns its id. Rejects also when someone could not be added;
   * the room is in the chat list then.
   */
  createRoom(room: {
    name: string
    topic?: string
    visibility: ConversationBase['visibility']
    userIds?: readonly string[]
  }): Promise<string>
  /**
   * Joins a public room. Resolves when I am in, its newest messages read anew when it was open; what
   * is written into it in the meantime goes out behind. For waiting see {@link send}.
   */
  joinRoom(conversationId: string): Promise<void>
  /**
   * Leaves a room, which leaves the chat list at once and comes back if the server refuses. Resolves
   * when I am out. For waiting see {@link send}.
   */
  leaveRoom(conversationId: string): Promise<void>
  addMember(conversationId: string, userId: string): Promise<void>
  removeMember(conversationId: string, userId: string): Promise<void>
  /** Making somebody the owner hands the room over: I am an administrator of it then. */
  setRole(conversationId: string, userId: string, role: Role): Promise<void>
  updateRoom(
    conversationId: string,
    change: { name?: string; topic?: string | null; visibility?: ConversationBase['visibility'] },
  ): Promise<void>
  /** Sets a room's picture (JPEG, PNG or WebP, square), or removes it. */
  setRoomPicture(conversationId: string, picture: Blob | null): Promise<void>
  /** Deletes a room and all that is in it. It leaves the state. */
  deleteRoom(conversationId: string): Promise<void>
  /** Pins, mutes (until a time in milliseconds, or null) or archives a conversation, for me alone. */
  updateMembership(conversationId: string, change: UpdateMembership): Promise<void>
  /** Uses an invite link. Returns the id of the room it leads to, now in the state; null for none. */
  redeemInvite(token: string): Promise<string | null>

  /**
   * Makes sure that a conversation and its newest messages (or those around its first unread one) are
   * in the store. Rejects with an `ApiError` `not_found` when it is not mine to see.
   */
  openConversation(conversationId: string): Promise<void>
  /** Extends the window by a page. Resolves when it is in the store; concurrent calls share one request. */
  loadBefore(conversationId: string): Promise<void>
  loadAfter(conversationId: string): Promise<void>
  /** Replaces the window by a page around a seq, by the first page, or by the newest one. */
  jumpTo(conversationId: string, place: number | 'first' | 'last'): Promise<void>

  /**
   * Stores the message in the outbox and sends it. Returns its id at once. Throws an `ApiError`
   * `unauthenticated` without a session.
   *
   * Whatever is in the outbox (this, and all that returns a promise below) survives a restart, goes out
   * in the order in which it was done within its conversation, and is repeated until the server has
   * confirmed or refused it: nobody has to wait for the promise, which stays pending for as long as
   * there is no network. What is refused stays in `state.outbox` as `failed`, to be retried or discarded.
   */
  send(
    conversationId: string,
    message: { body: string; replyTo?: string; mentions?: string[] },
  ): string
  /** Tries once more what was refused. */
  retry(clientId: string): void
  /** Gives up what is in the outbox: a message on its way, or whatever was refused. */
  discard(clientId: string): void
  /**
   * Changes the text of a message of mine, also of one that is still on its way: shown at once, taken
   * back if the server refuses.
   */
  editMessage(
    conversationId: string,
    messageId: string,
    change: { body: string; mentions?: string[] },
  ): Promise<void>
  /**
   * Deletes a message for everyone: shown at once, taken back if the server refuses. One that has not
   * gone out yet never does.
   */
  deleteMessage(conversationId: string, messageId: string): Promise<void>
  /** Reacts, or takes it back: shown at once, taken back if the server refuses. */
  react(conversationId: string, messageId: string, emoji: string, on: boolean): Promise<void>

  /**
   * I have read up to `seq`. At most one request a second per conversation; the furthest mark wins, and
   * waits in the outbox while there is no network.
   */
  markRead(conversationId: string, seq: number): void
  /** I am typing. May be called on every key; sends at most one signal a second. */
  typing(conversationId: string): void
  /** Follows the presence of these people (100 at most), in place of those of the last call. */
  watch(userIds: readonly string[]): void
}

/**
 * Makes a client. It does nothing until `start`, `signIn`, `signUp` or `setUp` is called.
 * @see `nodeOptions` of `@roost/sdk/node` and `browserOptions` of `@roost/sdk/browser`
 */
export function createClient(options: ClientOptions): Client {
  const { clock, random } = options
  const device = createDevice(options)
  const store = createStore()
  const mint = createMint(clock, random)
  let session: Session | null = null
  /** Counts starts and stops: what belongs to an earlier one has no effect any more. */
  let turn = 0
  let hurry = () => {}
  /** Said by the device, which may be wrong: a connection tells better. */
  let isCut = false
  const listeners = new Set<(message: Message, conversation: ConversationState) => void>()

  const restWith = (token: string | null) => createRest({ ...options, token })

  function current(): Session {
    if (session) return session
    throw new ApiError(401, { error: { code: 'unauthenticated', message: 'Sign in first.' } })
  }

  /** Runs a call that needs a session, so that its lack rejects like any other refusal. */
  async function within<T>(act: (session: Session) => Promise<T>): Promise<T> {
    return act(current())
  }

  const write = (change: NewWrite) =>
    mayBeIgnored(within(({ outbox }) => outbox.add(change).outcome))

  function endSession() {
    session?.end()
    session = null
  }

  function leave() {
    endSession()
    turn += 1
    hurry()
  }

  function showSignedOut() {
    store.update(({ server }) => ({ ...emptyState, server, session: 'signedOut' }))
  }

  /** @param kept the state of an earlier run */
  async function begin({ me, token }: Found, kept = emptyState) {
    endSession()
    store.update(({ server }) => ({
      ...kept,
      server: server ?? kept.server,
      me,
      session: 'signedIn',
    }))
    const mine = createSession({
      options,
      store,
      mint,
      me,
      token,
      isCacheKept: () => device.isCacheKept(),
      isCut: () => isCut,
      ended: () => void lapse(),
      heard(conversationId, messages) {
        const conversation = store.getState().conversations[conversationId]
        if (!conversation) return
        for (const message of messages)
          for (const listener of listeners) listener(message, conversation)
      },
    })
    session = mine
    if (kept === emptyState) await device.expect(me)
    if (session === mine) await mine.begin()
  }

  /** The server ended the session. What waits to be sent waits for the same person's next one. */
  async function lapse() {
    leave()
    showSignedOut()
    await device.forget()
  }

  /** @param brief the session ends with the browser's: nothing that was read outlives it */
  async function enter(
    signingIn: (rest: Rest) => Promise<Answer<'signInUsername'>>,
    { brief } = { brief: false },
  ) {
    const { token } = await signingIn(restWith(null))
    leave()
    const bearer = await device.keepToken(token)
    const me = await restWith(bearer).call('me', {})
    await device.decide({ brief })
    await begin({ me, token: bearer })
  }

  /** Reads the server's face, and who is signed in: null for nobody. */
  async function readServer(): Promise<Found | null> {
    const token = await device.findToken()
    const { me, ...server } = await restWith(token).call('server', {})
    store.update((state) => ({ ...state, server }))
    return me && { me, token }
  }

  /** Asks until there is an answer; undefined when another start or stop came first. */
  async function askServer(): Promise<Found | null | undefined> {
    const mine = turn
    for (let failures = 1; turn === mine; failures += 1) {
      try {
        const found = await readServer()
        return turn === mine ? found : undefined
      } catch (error) {
        if (!isTemporary(error)) throw error
        if (turn === mine) await waitOffline(backOffAfter(error, failures, random()))
      }
    }
    return undefined
  }

  async function start() {
    leave()
    const mine = turn
    store.update(() => emptyState)
    // Both at once: whichever is there first has something to show.
    const asking = askServer()
    asking.catch(() => {})
    const kept = await device.readKept()
    if (turn !== mine) return
    if (kept) {
      const started = begin(kept, kept.state)
      void confirm(asking).catch(() => {})
      return started
    }
    const found = await asking
    if (found === undefined) return
    await device.decide({ brief: false })
    if (turn === mine) return found ? begin(found) : showSignedOut()
  }

  /** The session of the last run may have ended since, or be somebody else's by now. */
  async function confirm(asking: ReturnType<typeof askServer>) {
    const found = await asking
    if (found === undefined || !session) return
    if (found === null) return lapse()
    if (found.me.id !== session.me.id) return begin(found)
    store.update((state) => ({ ...state, me: share(state.me ?? undefined, found.me) }))
  }

  function waitOffline(ms: number): Promise<void> {
    // A session tells by its socket.
    if (!session)
      store.update((state) => ({
        ...state,
        connection: { status: 'offline', since: state.connection.since ?? clock.now() },
      }))
    return new Promise((resolve) => {
      const cancel = clock.after(ms, resolve)
      hurry = () => {
        cancel()
        resolve()
      }
    })
  }

  async function changeMe(change: (session: Session) => Promise<Me>) {
    const me = await within(change)
    store.update((state) =>
      state.me?.id === me.id ? withUsers({ ...state, me }, [asUser(me)]) : state,
    )
  }

  async function signOut() {
    const { rest, me } = current()
    await rest.call('signOut', {}).catch((error: unknown) => {
      if (!isSignedOut(error)) throw error
    })
    session?.group.tell(signedOut)
    leave()
    showSignedOut()
    await device.forgetAllOf(me)
  }

  async function keepCache(on: boolean) {
    await device.keepCache(session?.me.id ?? null, on)
    await session?.keep()
  }

  return {
    getState: () => store.getState(),
    subscribe: (listener) => store.subscribe(listener),
    start,
    stop: leave,
    wake() {
      isCut = false
      hurry()
      session?.wake()
    },
    lose() {
      isCut = true
      session?.lose()
    },
    keep: async () => session?.keep(),
    isCacheKept: () => device.isCacheKept(),
    keepCache,

    signUp: (account) => enter((rest) => rest.call('signUp', { body: account })),
    setUp: (account) => enter((rest) => rest.call('setUp', { body: account })),
    signIn: ({ login, ...credentials }) =>
      enter(
        (rest) =>
          login.includes('@')
            ? rest.call('signInEmail', { body: { email: login, ...credentials } })
            : rest.call('signInUsername', { body: { username: login, ...credentials } }),
        { brief: credentials.rememberMe === false },
      ),
    signOut,
    updateMe: (change) => changeMe(({ rest }) => rest.call('updateMe', { body: change })),
    setMyPicture: (picture) =>
      changeMe(({ rest }) =>
        picture ? rest.call('setMyPicture', { file: picture }) : rest.call('removeMyPicture', {}),
      ),
    changeEmail: (change) => changeMe(({ rest }) => rest.call('changeEmail', { body: change })),

    call: (endpoint, parts) =>
      (session?.rest ?? restWith(options.token ?? null)).request(endpoint, parts),
    pictureUrl: (id, size) => `${options.baseUrl}/api/v1/pictures/${id}?size=${size}`,
    onMessage(listener) {
      // A wrapper, so that the same function may listen twice.
      const own: typeof listener = (message, conversation) => listener(message, conversation)
      listeners.add(own)
      return () => listeners.delete(own)
    },

    ...createCommands(current, mint),

    openConversation: (id) => within(({ history }) => history.open(id)),
    loadBefore: (id) => within(({ history }) => history.loadBefore(id)),
    loadAfter: (id) => within(({ history }) => history.loadAfter(id)),
    jumpTo: (id, place) => within(({ history }) => history.jumpTo(id, place)),

    send(conversationId, { body, replyTo, mentions = [] }) {
      const { outbox, me } = current()
      const { clientId } = outbox.add({
        type: 'send',
        conversationId,
        senderId: me.id,
        body,
        ...(replyTo !== undefined && { replyTo }),
        ...(mentions.length > 0 && { mentions }),
      })
      return clientId
    },
    retry: (clientId) => session?.outbox.retry(clientId),
    discard: (clientId) => session?.outbox.discard(clientId),
    editMessage: (conversationId, messageId, { body, mentions = [] }) =>
      write({ type: 'edit', conversationId, messageId, body, mentions }),
    deleteMessage: (conversationId, messageId) =>
      write({ type: 'delete', conversationId, messageId }),
    react: (conversationId, messageId, emoji, on) =>
      write({ type: 'reaction', conversationId, messageId, emoji, on }),
    markRead: (id, seq) => session?.marks.read(id, seq),
    typing: (id) => session?.signals.typing(id),
    watch: (userIds) => session?.signals.watch(userIds),
  }
}

function asUser({ id, kind, username, name, picture }: Me): User {
  return { id, kind, username, name, picture }
}
