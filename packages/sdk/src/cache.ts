/**
 * What a client keeps of the server, so that it opens at once and without a network: its state as it
 * was at some moment, from which the logs lead on. Everything that changed together is written
 * together, so that a cursor never stands there without what it stands for.
 */
import {
  conversation as conversationShape,
  me as meShape,
  message as messageShape,
  serverInfo as serverShape,
  user as userShape,
} from '@roost/protocol'
import { seeded } from '@roost/protocol/seeded-bugs'

import type { Lifetime } from './lifetime.ts'
import type { ClientStorage } from './options.ts'
import type { ConversationState, MessageWindow, State } from './state.ts'
import { emptyState } from './store.ts'

export interface Cache {
  /** Writes what has changed since, now. */
  flush(): Promise<void>
}

type Change = [key: string, value: unknown]

/** Where what one person has read is kept. */
const cachePrefix = (meId: string) => `cache/${meId}/`

/** Changes come in flocks: one write for all of a moment. */
const writeAfter = 500
/** Of each conversation, the end that one sees when opening it. */
const messagesKept = 100

/**
 * Keeps the state of a session in storage from now on.
 * @param isWanted whether to write just now: somebody may want no cache, or another client writes it
 */
export function createCache(world: {
  life: Lifetime
  storage: ClientStorage
  meId: string
  isWanted: () => boolean
}): Cache {
  const { life, storage } = world
  const { store, clock } = life
  const prefix = cachePrefix(world.meId)
  let kept: State = store.getState()
  let due = false
  let writing = Promise.resolve()

  function changesSince(before: State, now: State): Change[] {
    const parts = [
      ...(before.users === now.users ? [] : changedUsers(before, now)),
      ...(before.conversations === now.conversations ? [] : changedConversations(before, now)),
      ...changedSession(before, now),
    ]
    return parts.map(([name, value]) => [prefix + name, value])
  }

  async function write() {
    due = false
    const now = store.getState()
    if (life.isOver() || !now.conversationsLoaded) return
    if (!world.isWanted()) {
      // Once it is wanted again, nothing of it is there.
      kept = emptyState
      return
    }
    const changes = changesSince(kept, now)
    try {
      if (changes.length > 0) await storage.write(changes)
      kept = now
    } catch {
      // What is there is whole, if old. The next change tries again, with everything since.
    }
  }

  function flush(): Promise<void> {
    writing = writing.then(write)
    return writing
  }

  store.subscribe(() => {
    if (due) return
    due = true
    clock.after(writeAfter, () => void flush())
  })
  return { flush }
}

function changedUsers(before: State, now: State): Change[] {
  return Object.values(now.users)
    .filter((user) => before.users[user.id] !== user)
    .map((user) => [`user/${user.id}`, user])
}

function changedConversations(before: State, now: State): Change[] {
  const ids = new Set([...Object.keys(before.conversations), ...Object.keys(now.conversations)])
  return [...ids].flatMap((id): Change[] => {
    const [held, mine] = [followed(before, id), followed(now, id)]
    if (looksSame(held, mine)) return []
    const kept =
      seeded?.('cursor-saved-before-apply') && mine && held?.window
        ? { ...mine, window: held.window }
        : mine
    return [[`conversation/${id}`, kept && pack(kept)]]
  })
}

function changedSession(before: State, { cursor, me, server }: State): Change[] {
  const same = before.cursor === cursor && before.me === me && before.server === server
  return same ? [] : [['session', cursor && { cursor, me, server }]]
}

/** Reads what was kept of a person's state; null when there is nothing, or nothing of today's shape. */
export async function readCache(storage: ClientStorage, meId: string): Promise<State | null> {
  const prefix = cachePrefix(meId)
  const held = await storage.read(prefix)
  const parts = held.map(([key, value]) => [key.slice(prefix.length), value] as const)
  const session = parseSession(parts.find(([name]) => name === 'session')?.[1])
  if (!session || session.me.id !== meId) return null
  const users = parts.filter(([name]) => name.startsWith('user/')).map(([, value]) => value)
  const packed = parts.filter(([name]) => name.startsWith('conversation/'))
  const conversations = packed.map(([, value]) => unpack(value))
  // One that does not read would be missing for ever: the cursor says that it is known.
  if (!isWhole(conversations)) return null
  const people = users.flatMap((user) => userShape.safeParse(user).data ?? [])
  return {
    ...emptyState,
    ...session,
    session: 'signedIn',
    users: Object.fromEntries(people.map((user) => [user.id, user])),
    conversations: Object.fromEntries(conversations.map((mine) => [mine.id, mine])),
    conversationsLoaded: true,
  }
}

/** Forgets everything under these keys. */
export async function wipe(storage: ClientStorage, prefixes: readonly string[]): Promise<void> {
  const held = await Promise.all(prefixes.map((prefix) => storage.read(prefix)))
  await storage.write(held.flat().map(([key]) => [key, null]))
}

function isWhole<T extends object>(parsed: (T | null)[]): parsed is T[] {
  return !parsed.includes(null)
}

/** A room that one only looks into is not followed: nothing would lead on from what was kept of it. */
function followed({ conversations }: State, id: string): ConversationState | null {
  const mine = conversations[id]
  return mine?.membership ? mine : null
}

/** Who is typing is of the moment, and not worth a write. */
function looksSame(before: ConversationState | null, now: ConversationState | null): boolean {
  if (!before || !now || before === now) return before === now
  const names = new Set([...Object.keys(before), ...Object.keys(now)]) as Set<keyof typeof now>
  return [...names].every((name) => name === 'typing' || before[name] === now[name])
}

/** As the server would describe it, and the messages at hand. */
function pack(mine: ConversationState) {
  const { typing: _typing, recent: _recent, window, receipts, ...rest } = mine
  return {
    conversation: { ...rest, receipts: Object.values(receipts) },
    window: window ? trim(window) : null,
  }
}

function trim(window: MessageWindow): MessageWindow {
  const { messages, hasBefore, hasAfter } = window
  return {
    messages: messages.slice(-messagesKept),
    hasBefore: hasBefore || messages.length > messagesKept,
    hasAfter,
  }
}

function unpack(value: unknown): ConversationState | null {
  const { conversation, window } = fieldsOf(value)
  const parsed = conversationShape.safeParse(conversation)
  if (!parsed.success) return null
  const receipts = Object.fromEntries(parsed.data.receipts.map((one) => [one.userId, one]))
  const mine = { ...parsed.data, receipts, typing: {} }
  if (window === null) return mine
  const { messages, hasBefore, hasAfter } = fieldsOf(window)
  if (!Array.isArray(messages)) return null
  const lines = messages.map((message) => messageShape.safeParse(message).data ?? null)
  if (!isWhole(lines)) return null
  return {
    ...mine,
    window: { messages: lines, hasBefore: hasBefore === true, hasAfter: hasAfter === true },
  }
}

function parseSession(
  value: unknown,
): (Pick<State, 'cursor' | 'server'> & { me: NonNullable<State['me']> }) | null {
  const { cursor, me, server } = fieldsOf(value)
  const { epoch, userSeq } = fieldsOf(cursor)
  const parsedMe = meShape.safeParse(me)
  const parsedServer = serverShape.safeParse(server)
  if (typeof epoch !== 'string' || typeof userSeq !== 'number') return null
  if (!parsedMe.success || !parsedServer.success) return null
  return { cursor: { epoch, userSeq }, me: parsedMe.data, server: parsedServer.data }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
