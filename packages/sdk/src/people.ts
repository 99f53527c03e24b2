/** Looks up the names of people whom events speak of and nobody has introduced, many at a time. */
import { limits, type Event, type Message } from '@roost/protocol'

import type { Lifetime } from './lifetime.ts'
import type { Rest } from './rest.ts'
import { withUsers } from './store.ts'

export interface People {
  /** Asks, a moment later, for those of them who are not known. */
  need(userIds: readonly string[]): void
}

const gatherFor = 50

export function createPeople(world: { life: Lifetime; rest: Rest }): People {
  const { life, rest } = world
  const wanted = new Set<string>()
  /** Asked for once and not heard of: not to be asked for with every event. */
  const asked = new Set<string>()
  let gathering = false

  async function lookUp() {
    gathering = false
    const ids = [...wanted].slice(0, limits.pageMax)
    for (const id of ids) wanted.delete(id)
    if (wanted.size > 0) gather()
    try {
      const { users } = await rest.call('users', { query: { ids: ids.join(',') } })
      life.store.update((state) => withUsers(state, users))
    } catch {
      // The next event of theirs asks again.
      for (const id of ids) asked.delete(id)
    }
  }

  function gather() {
    if (gathering) return
    gathering = true
    life.clock.after(gatherFor, () => void lookUp())
  }

  return {
    need(userIds) {
      const { users } = life.store.getState()
      for (const id of userIds) {
        if (users[id] || asked.has(id)) continue
        asked.add(id)
        wanted.add(id)
      }
      if (wanted.size > 0) gather()
    },
  }
}

/** Everybody whose name is needed to show an event. */
export function peopleOf(event: Event): string[] {
  const subject =
    'member' in event ? [event.member.userId] : event.type === 'member.left' ? [event.userId] : []
  const message = 'message' in event ? event.message : undefined
  return [event.actorId, ...subject, ...(message ? peopleIn(message) : [])]
}

function peopleIn({ senderId, replyTo, mentions }: Message): string[] {
  return [senderId, ...(replyTo ? [replyTo.senderId] : []), ...mentions]
}
