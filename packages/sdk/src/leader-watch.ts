/**
 * Lets a client that does not lead notice when the one that does is frozen: something waits, the
 * network is there, and a question finds no answer. Then it takes the lead.
 */
import type { Lifetime } from './lifetime.ts'
import { isWaiting } from './pending-write.ts'
import type { Group } from './tabs.ts'

/** How long something may wait before somebody asks, and how long an answer may take. */
const patience = 3_000
const question = 'Is somebody sending?'
const answer = 'I am.'

export function watchLeader(world: {
  life: Lifetime
  group: Group
  /** Somebody else is online: try now what waits. */
  flush: () => void
}): void {
  const { life, group } = world
  const { store, clock } = life
  let isWatching = false
  let isAnswered = false

  const isOnline = () => store.getState().connection.status === 'online'
  const isNeeded = () => !group.leads() && isOnline() && store.getState().outbox.some(isWaiting)

  function watch() {
    if (isWatching || !isNeeded()) return
    isWatching = true
    clock.after(patience, ask)
  }

  function ask() {
    isWatching = false
    if (!isNeeded()) return
    isWatching = true
    isAnswered = false
    group.tell(question)
    clock.after(patience, judge)
  }

  function judge() {
    isWatching = false
    if (isNeeded() && !isAnswered) group.takeOver()
    watch()
  }

  group.onMessage((message) => {
    if (message === answer) isAnswered = true
    if (message !== question || !group.leads()) return
    group.tell(answer)
    if (!isOnline()) world.flush()
  })
  let { outbox, connection } = store.getState()
  store.subscribe(() => {
    const now = store.getState()
    if (now.outbox === outbox && now.connection === connection) return
    ;({ outbox, connection } = now)
    watch()
  })
}
