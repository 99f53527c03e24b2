/** What a person does with people, rooms and chats: each a request, whose answer is taken in at once. */
import type { Conversation, User } from '@roost/protocol'

import type { Client } from './client.ts'
import type { Mint } from './mint.ts'
import { mayBeIgnored } from './outbox.ts'
import type { Session } from './session.ts'
import { withMembership } from './store.ts'

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
  | 'removeMember'
  | 'setRole'
  | 'updateRoom'
  | 'setRoomPicture'
  | 'deleteRoom'
  | 'updateMembership'
  | 'redeemInvite'
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

  async function join(id: string) {
    const { outbox, history } = session()
    await outbox.add({ type: 'join', conversationId: id }).outcome
    await history.refresh(id)
  }

  async function leave(id: string) {
    await session().outbox.add({ type: 'leave', conversationId: id }).outcome
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

    joinRoom: (id) => mayBeIgnored(join(id)),
    leaveRoom: (id) => mayBeIgnored(leave(id)),

    async addMember(id, userId) {
      const body = { clientId: mint(), userId }
      await session().rest.write('addMember', { params: { id }, body })
    },

    async removeMember(id, userId) {
      const params = { id, userId }
      await session().rest.write('removeMember', { params, body: { clientId: mint() } })
    },

    async setRole(id, userId, role) {
      const params = { id, userId }
      await session().rest.write('updateMember', { params, body: { clientId: mint(), role } })
    },

    async updateRoom(id, change) {
      const mine = session()
      const body = { clientId: mint(), ...change }
      take(mine, await mine.rest.write('updateConversation', { params: { id }, body }))
    },

    async setRoomPicture(id, picture) {
      const mine = session()
      const params = { id }
      take(
        mine,
        picture
          ? await mine.rest.call('setRoomPicture', { params, file: picture })
          : await mine.rest.call('removeRoomPicture', { params }),
      )
    },

    async deleteRoom(id) {
      const { rest, log } = session()
      await rest.write('deleteConversation', { params: { id } })
      log.remove(id)
    },

    async updateMembership(id, change) {
      const { rest, life } = session()
      const { notify, mutedUntil, pinnedAt, archivedAt } = await rest.call('updateMembership', {
        params: { id },
        body: change,
      })
      const settings = { notify, mutedUntil, pinnedAt, archivedAt }
      life.store.update((state) => withMembership(state, id, settings))
    },

    async redeemInvite(token) {
      const mine = session()
      const { conversationId } = await mine.rest.call('redeemInvite', { body: { token } })
      if (conversationId !== null)
        take(mine, await mine.rest.call('conversation', { params: { id: conversationId } }))
      return conversationId
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
