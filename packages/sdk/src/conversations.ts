/** What a person does with people, rooms and chats: each a request, whose answer is taken in at once. */
import type { Conversation, User } from '@roost/protocol'

import type { Client } from './client.ts'
import type { Mint } from './mint.ts'
import type { Session } from './session.ts'

type Commands = Pick<
  Client,
  | 'findUsers'
  | 'findRooms'
  | 'findMembers'
  | 'openDirect'
  | 'createRoom'
  | 'joinRoom'
  | 'leaveRoom'
  | 'addMember'
>

export function createCommands(session: () => Session, mint: Mint): Commands {
  /** Takes in a conversation that an answer describes. Returns its id. */
  function take(
    { log }: Session,
    { users, ...conversation }: Conversation & { users: User[] },
  ): string {
    log.insert([conversation], users)
    return conversation.id
  }

  return {
    findUsers: async (query) => withoutUndefined(await session().rest.call('users', { query })),
    findRooms: async (query) => withoutUndefined(await session().rest.call('rooms', { query })),
    findMembers: async (id, query) =>
      withoutUndefined(await session().rest.call('members', { params: { id }, query })),

    async openDirect(userId) {
      const mine = session()
      const body = { kind: 'direct', clientId: mint(), userId } as const
      return take(mine, await mine.rest.write('createConversation', { body }))
    },

    async createRoom({ name, topic, visibility, userIds = [] }) {
      const mine = session()
      const body = {
        kind: 'room' as const,
        clientId: mint(),
        name,
        visibility,
        userIds: [...userIds],
        ...(topic && { topic }),
      }
      return take(mine, await mine.rest.write('createConversation', { body }))
    },

    async joinRoom(id) {
      const mine = session()
      const body = { clientId: mint() }
      take(mine, await mine.rest.write('join', { params: { id }, body }))
      await mine.history.refresh(id)
    },

    async leaveRoom(id) {
      const { rest, log } = session()
      await rest.write('leave', { params: { id }, body: { clientId: mint() } })
      log.remove(id)
    },

    async addMember(id, userId) {
      const body = { clientId: mint(), userId }
      await session().rest.write('addMember', { params: { id }, body })
    },
  }
}

/** Absent is absent: no key whose value is undefined. */
function withoutUndefined<T extends { nextCursor?: string | undefined }>(
  page: T,
): Omit<T, 'nextCursor'> & { nextCursor?: string } {
  const { nextCursor, ...rest } = page
  return nextCursor === undefined ? rest : { ...rest, nextCursor }
}
