/** Opens conversations and moves their windows through the past. */
import type { MessagePage } from '@roost/protocol'

import { isGone, isTemporary } from './errors.ts'
import type { Lifetime } from './lifetime.ts'
import type { Log } from './log.ts'
import type { Rest } from './rest.ts'
import { showsWhatIsNew } from './selectors.ts'
import { completeReceipts } from './snapshot.ts'
import type { ConversationState, MessageWindow } from './state.ts'
import { withConversation, withUsers } from './store.ts'
import { append, prepend } from './window.ts'

type Place = { before?: number; after?: number; around?: number; limit?: number }

export interface History {
  open(conversationId: string): Promise<void>
  loadBefore(conversationId: string): Promise<void>
  loadAfter(conversationId: string): Promise<void>
  jumpTo(conversationId: string, place: number | 'first' | 'last'): Promise<void>
  /** Reads the newest messages anew, if the window does not reach them any more. */
  refresh(conversationId: string): Promise<void>
  /** The conversation that was opened last. */
  opened(): string | null
  /** Reads again the conversation that was opened last, unless it has been since. */
  consultOpened(): Promise<void>
  /** From now on every conversation may have changed in ways that the log does not tell. */
  distrust(): void
}

/** Pages after the first; how many messages the first has is the server's to say. */
const furtherPage = 50
/** Windows held at the same time: those of the conversations opened last. */
const heldWindows = 30

export function createHistory(world: { life: Lifetime; rest: Rest; log: Log }): History {
  const { life, rest, log } = world
  const { store } = life
  /** Ids, the one opened last at the end. */
  let order: string[] = []
  let trusted = new Set<string>()
  const underWay = new Map<string, Promise<void>>()
  const jumps = new Map<string, object>()
  const find = (id: string): ConversationState | undefined => store.getState().conversations[id]

  /** Concurrent calls for the same thing share one request. */
  function share(key: string, work: () => Promise<void>): Promise<void> {
    const running = underWay.get(key)
    if (running) return running
    const started = work().finally(() => underWay.delete(key))
    underWay.set(key, started)
    return started
  }

  /**
   * Reads a page and hands it over in step with the cursor, in the same turn: all of its messages are
   * applied, and a page that ends at the newest message has those that came while it was read.
   */
  async function withPage(id: string, query: Place, place: (page: MessageWindow) => void) {
    for (;;) {
      const gathered = log.collect(id)
      try {
        const page = await rest.call('messages', { params: { id }, query })
        await reach(id, page)
        if (gathered.reloaded()) continue
        store.update((state) => withUsers(state, page.users))
        const { messages, hasBefore, hasAfter } = page
        const last = messages.at(-1)?.seq ?? 0
        const news = hasAfter ? [] : gathered.lines.filter(({ seq }) => seq > last)
        const window = { messages: [...messages, ...news], hasBefore, hasAfter }
        return place({ ...window, hasAfter: hasAfter || isShort(id, window) })
      } finally {
        gathered.stop()
      }
    }
  }

  /** Read from a server that had been put back, and is not any more: what is missing has to be read. */
  function isShort(id: string, { messages }: MessageWindow): boolean {
    return (find(id)?.lastMessage?.seq ?? 0) > (messages.at(-1)?.seq ?? 0)
  }

  async function reach(id: string, page: MessagePage) {
    const last = page.messages.at(-1)?.seq ?? 0
    const mine = find(id)
    if (!page.hasAfter && mine?.membership && mine.lastSeq < last) await log.catchUp(id, last)
  }

  function setWindow(id: string, window: MessageWindow) {
    store.update((state) => withConversation(state, id, (mine) => ({ ...mine, window })))
  }

  async function replace(id: string, query: Place) {
    const mine = {}
    jumps.set(id, mine)
    await withPage(id, query, (page) => {
      // A later jump wins, whichever answer comes first.
      if (jumps.get(id) === mine) setWindow(id, page)
    })
  }

  function remember(id: string) {
    order = [...order.filter((other) => other !== id), id]
    const dropped = order.slice(0, -heldWindows)
    order = order.slice(-heldWindows)
    for (const other of dropped)
      store.update((state) =>
        withConversation(state, other, ({ window: _window, ...rest }) => rest),
      )
  }

  async function open(id: string) {
    const again = order.at(-1) === id && find(id)?.window !== undefined
    remember(id)
    if (!find(id)?.membership) await consult(id)
    const mine = find(id)
    if (!mine) return
    const outdated = !trusted.has(id) || !completeReceipts(mine)
    await Promise.all([
      outdated ? consult(id) : undefined,
      again || showsWhatIsNew(mine) ? undefined : replace(id, placeOf(mine)).catch(keepShown),
    ])
    /** What is at hand has to do while there is no connection. */
    function keepShown(error: unknown) {
      if (!find(id)?.window || !isTemporary(error)) throw error
    }
  }

  /** Reads the conversation again. What is known of it already has to do while there is no connection. */
  async function consult(id: string) {
    try {
      await log.refresh(id, { evenIfNotMine: true })
      trusted.add(id)
    } catch (error) {
      if (isGone(error)) log.remove(id)
      else if (find(id) && isTemporary(error)) return
      throw error
    }
  }

  function placeOf({ membership, unread }: ConversationState): Place {
    return membership && unread > 0 ? { around: membership.readSeq + 1 } : {}
  }

  async function loadBefore(id: string) {
    const window = find(id)?.window
    if (!window?.hasBefore) return
    const first = window.messages[0]
    const before = first?.seq ?? (find(id)?.lastSeq ?? 0) + 1
    await withPage(id, { before, limit: furtherPage }, (page) => {
      const now = find(id)?.window
      if (now && now.messages[0]?.id === first?.id) setWindow(id, prepend(now, page))
    })
  }

  async function loadAfter(id: string) {
    const window = find(id)?.window
    const last = window?.messages.at(-1)
    if (!window?.hasAfter) return
    await withPage(id, { after: last?.seq ?? 0, limit: furtherPage }, (page) => {
      const now = find(id)?.window
      if (now && now.messages.at(-1)?.id === last?.id) setWindow(id, append(now, page))
    })
  }

  async function jumpTo(id: string, place: number | 'first' | 'last') {
    const window = find(id)?.window
    if (place === 'last') return window && !window.hasAfter ? undefined : replace(id, {})
    if (place === 'first')
      return window && !window.hasBefore ? undefined : replace(id, { after: 0 })
    const first = window?.messages.at(0)
    const last = window?.messages.at(-1)
    if (first && last && first.seq <= place && place <= last.seq) return
    await replace(id, { around: place })
  }

  return {
    open: (id) => share(`open ${id}`, () => open(id)),
    loadBefore: (id) => share(`before ${id}`, () => loadBefore(id)),
    loadAfter: (id) => share(`after ${id}`, () => loadAfter(id)),
    jumpTo,
    refresh: (id) => (find(id)?.window ? jumpTo(id, 'last') : Promise.resolve()),
    opened: () => order.at(-1) ?? null,
    async consultOpened() {
      const id = order.at(-1)
      if (id !== undefined && !trusted.has(id)) await consult(id)
    },
    distrust() {
      trusted = new Set()
    },
  }
}
