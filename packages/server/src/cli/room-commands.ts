/** `roost room …` and `roost message …`: rooms and what is written in them, never direct chats. */
import { id, limits, line } from '@roost/protocol'
import { z } from 'zod'

import { changeRoom, deleteRoom } from '../admin/change-room.ts'
import { removeMessage } from '../admin/room-messages.ts'
import { listRoomMembers, listRooms } from '../admin/rooms.ts'
import { searchRooms } from '../search/search-messages.ts'
import { readArguments, readCount, readId } from './arguments.ts'
import { defineCommand, type Command } from './command.ts'
import { collect, oneLine, showList, SHOWN, time } from './listing.ts'
import { Refusal } from './refusal.ts'
import { confirm } from './terminal.ts'

const actorId = null
const inRoom = z.strictObject({ roomId: id })
const listing = z.strictObject({
  query: z.string().optional(),
  limit: z.int().optional(),
  json: z.boolean(),
})

const list = defineCommand({
  name: 'room list',
  usage: '[--query TEXT] [--limit N] [--json]',
  about: 'Find rooms, private ones too.',
  request: listing,
  async read(args) {
    const given = readArguments(args, [], { values: ['query', 'limit'], flags: ['json'] })
    const limit = readCount('limit', given.value('limit'))
    return { query: given.value('query'), limit, json: given.has('json') }
  },
  async run({ core }, { query, limit = SHOWN, json }, output) {
    const owners = new Map<string, string>()
    const { items, more } = await collect(limit, async (place) => {
      const { rooms, users, ...rest } = await listRooms(core, { query, ...place })
      for (const user of users) owners.set(user.id, user.username ?? user.name)
      return { items: rooms, ...rest }
    })
    showList(output, {
      items,
      more,
      json,
      none: 'There is no such room.',
      headings: ['ID', 'NAME', 'KIND', 'MEMBERS', 'OWNER', 'LAST ACTIVITY'],
      row: (room) => [
        room.id,
        room.name,
        room.archivedAt === null ? room.visibility : `${room.visibility}, archived`,
        room.memberCount,
        owners.get(room.ownerId ?? ''),
        time(room.lastActivityAt),
      ],
    })
    return 0
  },
})

const members = defineCommand({
  name: 'room members',
  usage: 'ID [--query TEXT] [--limit N] [--json]',
  about: 'Who is in a room.',
  request: listing.extend(inRoom.shape),
  async read(args) {
    const given = readArguments(args, ['ID'], { values: ['query', 'limit'], flags: ['json'] })
    const limit = readCount('limit', given.value('limit'))
    const roomId = readId('a room', given.words[0])
    return { roomId, query: given.value('query'), limit, json: given.has('json') }
  },
  async run({ core }, { roomId, query, limit = SHOWN, json }, output) {
    const { items, more } = await collect(limit, async (place) => {
      const { members, ...rest } = await listRoomMembers(core, { roomId, query, ...place })
      return { items: members, ...rest }
    })
    showList(output, {
      items,
      more,
      json,
      none: 'There is nobody.',
      headings: ['USER NAME', 'NAME', 'ROLE'],
      row: ({ user, role }) => [user.username, user.name, role],
    })
    return 0
  },
})

function readName(text: string): string {
  const name = line(limits.roomNameMax).safeParse(text)
  if (name.success) return name.data
  throw new Refusal(`A room cannot be called that: ${name.error.issues[0]?.message}`)
}

const rename = defineCommand({
  name: 'room rename',
  usage: 'ID NAME',
  about: 'Give a room another name.',
  request: inRoom.extend({ name: z.string() }),
  async read(args) {
    const [roomId, name = ''] = readArguments(args, ['ID', 'NAME']).words
    return { roomId: readId('a room', roomId), name: readName(name) }
  },
  async run({ core }, { roomId, name }, output) {
    await changeRoom(core, { actorId, roomId, change: { name } })
    output.line(`The room is called ${name} now.`)
    return 0
  },
})

function archiving(word: 'archive' | 'unarchive', about: string, done: string): Command {
  return defineCommand({
    name: `room ${word}`,
    usage: 'ID',
    about,
    request: inRoom,
    async read(args) {
      return { roomId: readId('a room', readArguments(args, ['ID']).words[0]) }
    },
    async run({ core }, { roomId }, output) {
      await changeRoom(core, { actorId, roomId, change: { archived: word === 'archive' } })
      output.line(done)
      return 0
    },
  })
}

const remove = defineCommand({
  name: 'room delete',
  usage: 'ID [--yes]',
  about: 'Delete a room and all that is in it. There is no way back.',
  request: inRoom,
  async read(args, signal) {
    const given = readArguments(args, ['ID'], { flags: ['yes'] })
    const roomId = readId('a room', given.words[0])
    if (!given.has('yes')) await confirm('Delete the room and all that is in it?', signal)
    return { roomId }
  },
  async run({ core, administration }, { roomId }, output) {
    await deleteRoom(core, { actorId, roomId })
    await administration.roomRemoval.settle()
    output.line('Deleted the room.')
    return 0
  },
})

const search = defineCommand({
  name: 'message search',
  usage: 'QUERY [--room ID] [--limit N] [--json]',
  about: 'Search the messages of rooms, newest first.',
  request: z.strictObject({
    query: z.string(),
    roomId: z.optional(id),
    limit: z.int().optional(),
    json: z.boolean(),
  }),
  async read(args) {
    const given = readArguments(args, ['QUERY'], { values: ['room', 'limit'], flags: ['json'] })
    const room = given.value('room')
    return {
      query: given.words[0] ?? '',
      roomId: room === undefined ? undefined : readId('a room', room),
      limit: readCount('limit', given.value('limit')),
      json: given.has('json'),
    }
  },
  async run({ core }, { limit = SHOWN, json, ...search }, output) {
    const names = new Map<string, string>()
    let indexed = true
    const { items, more } = await collect(limit, async (place) => {
      const page = await searchRooms(core, { ...search, ...place })
      for (const room of page.rooms) names.set(room.id, room.name)
      for (const user of page.users) names.set(user.id, user.username ?? user.name)
      indexed &&= page.complete
      const { nextCursor } = page
      return { items: page.messages, ...(nextCursor !== undefined && { nextCursor }) }
    })
    showList(output, {
      items,
      more,
      json,
      none: 'No message of a room matches.',
      headings: ['ID', 'WRITTEN', 'ROOM', 'BY', 'TEXT'],
      row: (message) => [
        message.id,
        time(message.createdAt),
        oneLine(names.get(message.conversationId) ?? '', 24),
        names.get(message.senderId),
        oneLine(message.body),
      ],
    })
    if (!indexed) output.problem('Messages are still being indexed: older ones may be missing.')
    return 0
  },
})

const removeOne = defineCommand({
  name: 'message remove',
  usage: 'ID',
  about: 'Remove a message of a room for everyone.',
  request: z.strictObject({ messageId: id }),
  async read(args) {
    return { messageId: readId('a message', readArguments(args, ['ID']).words[0]) }
  },
  async run({ core }, { messageId }, output) {
    await removeMessage(core, { actorId, messageId })
    output.line('Removed the message.')
    return 0
  },
})

export const roomCommands: readonly Command[] = [
  list,
  members,
  rename,
  archiving('archive', 'Close a room to writing; it can still be read.', 'The room is archived.'),
  archiving('unarchive', 'Open an archived room again.', 'The room is open again.'),
  remove,
  search,
  removeOne,
]
