/**
 * Changes of messages under way: edits, deletions, reactions. Each is shown at once and sent in the
 * order in which they were made, one at a time per message; its event takes it out of the state, a
 * refusal takes it back.
 */
import type { Lifetime } from './lifetime.ts'
import type { Rest } from './rest.ts'
import type { PendingChange } from './state.ts'

export interface Changes {
  edit(
    conversationId: string,
    messageId: string,
    change: { body: string; mentions: readonly string[] },
  ): Promise<void>
  remove(conversationId: string, messageId: string): Promise<void>
  react(
    conversationId: string,
    messageId: string,
    reaction: { emoji: string; on: boolean },
  ): Promise<void>
}

/** A change that the server knows of already makes no event: it leaves after this time. */
const eventWithin = 10_000

export function createChanges(world: { life: Lifetime; rest: Rest; mint: () => string }): Changes {
  const { life, rest, mint } = world
  const { store, clock } = life
  const lanes = new Map<string, Promise<unknown>>()

  function drop(id: string) {
    store.update((state) =>
      state.changes.some((change) => change.id === id)
        ? { ...state, changes: state.changes.filter((change) => change.id !== id) }
        : state,
    )
  }

  async function make(change: PendingChange): Promise<void> {
    store.update((state) => ({ ...state, changes: [...state.changes, change] }))
    const before = lanes.get(change.messageId) ?? Promise.resolve()
    const sent = before.catch(ignore).then(() => send(change))
    lanes.set(change.messageId, sent)
    try {
      await sent
      clock.after(eventWithin, () => drop(change.id))
    } catch (error) {
      drop(change.id)
      throw error
    } finally {
      if (lanes.get(change.messageId) === sent) lanes.delete(change.messageId)
    }
  }

  function send(change: PendingChange) {
    const params = { id: change.messageId }
    const body = { clientId: change.id }
    switch (change.type) {
      case 'edit':
        return rest.write('editMessage', {
          params,
          body: { ...body, body: change.body, mentions: [...change.mentions] },
        })
      case 'delete':
        return rest.write('deleteMessage', { params, body })
      case 'reaction':
        return rest.write(change.on ? 'react' : 'unreact', {
          params: { ...params, emoji: change.emoji },
          body,
        })
    }
  }

  return {
    edit: (conversationId, messageId, { body, mentions }) =>
      make({ id: mint(), conversationId, messageId, type: 'edit', body, mentions }),
    remove: (conversationId, messageId) =>
      make({ id: mint(), conversationId, messageId, type: 'delete', at: clock.now() }),
    react: (conversationId, messageId, { emoji, on }) =>
      make({ id: mint(), conversationId, messageId, type: 'reaction', emoji, on }),
  }
}

function ignore() {}
