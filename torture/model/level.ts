/** Waits until every device is where the server is, for as long as that may take. */
import { LEVEL_WITHIN } from '../checker/convergence.ts'
import type { ServerState } from '../checker/history.ts'
import { findUnsettled } from '../final-state.ts'
import { letGo } from '../refusals.ts'
import { readServerState } from './server-state.ts'
import type { World } from './world.ts'

const LOOK_EVERY = 250

export async function becomeLevel(world: World): Promise<{ state: ServerState; at: number }> {
  const { time, server } = world.stage
  const end = time.now() + LEVEL_WITHIN
  for (;;) {
    openAll(world)
    await time.pass(LOOK_EVERY)
    const at = time.now()
    const isOver = at >= end
    if (!isOver && !mayBeLevel(world)) continue
    const state = await readServerState(server.app, world.before)
    if (isOver || isLevel(world, state)) return { state, at }
  }
}

/** Whatever something happened in is to be looked at. */
function openAll({ used, before }: World): void {
  for (const { client } of used)
    for (const { id, lastSeq, membership, window } of Object.values(
      client.getState().conversations,
    ))
      if (membership && !window && lastSeq > (before.get(id) ?? 0))
        letGo(client.openConversation(id))
}

/** Asked before the database is. */
function mayBeLevel({ used }: World): boolean {
  const seqs = new Map<string, number>()
  return used.every(({ client }) => {
    const state = client.getState()
    if (findUnsettled(state).length > 0) return false
    return Object.values(state.conversations).every(({ id, lastSeq, membership }) => {
      if (!membership) return true
      const other = seqs.get(id) ?? lastSeq
      seqs.set(id, lastSeq)
      return other === lastSeq
    })
  })
}

function isLevel({ used, before }: World, { conversations }: ServerState): boolean {
  return used.every(({ client, person }) =>
    conversations.every(({ id, lastSeq, members }) => {
      const member = members.find(({ userId }) => userId === person.id)
      const mine = client.getState().conversations[id]
      if (!member) return !mine?.membership
      return (
        (mine?.window !== undefined || lastSeq === before.get(id)) &&
        mine?.lastSeq === lastSeq &&
        mine.unread === member.unread &&
        mine.membership?.readSeq === member.readSeq
      )
    }),
  )
}
