/**
 * Makes the sailing club in a data folder: through the API, as people would; then, with the server
 * stopped, moves everything to the times of the story, so that pictures do not change with the clock.
 */
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { Api, type Account } from './api.ts'
import { makeDataFolder, startServer, type DataFolder, type RunningServer } from './server.ts'
import { chats, lastSeen, now, otherRooms, people, type Chat, type Who } from './world.ts'

/** The story as it was told once; every test that wants it gets a copy. */
export interface Club extends Disposable {
  readonly folder: DataFolder
  readonly story: Story
}

export interface World extends AsyncDisposable {
  readonly origin: string
  account(who: Who): Account
  /** The id of the direct chat with someone, or of a room. */
  chatId(name: string): string
}

interface Told {
  readonly id: string
  readonly at: number
}
type Story = Map<string, { title: string; told: Told[] }>

const minutes = (ago: number) => now.getTime() - ago * 60_000

export async function foundClub(): Promise<Club> {
  const folder = makeDataFolder()
  const story = await tell(folder)
  moveTimes(folder, story)
  return { folder, story, [Symbol.dispose]: () => folder[Symbol.dispose]() }
}

export async function openClub({ folder, story }: Club): Promise<World> {
  const copy = makeDataFolder()
  cpSync(folder.path, copy.path, { recursive: true })
  const server = await startServer(copy)
  return {
    origin: server.origin,
    account,
    chatId: (name) => {
      const found = [...story].find(([, { title }]) => title === name)
      if (!found) throw new Error(`The club has no chat called ${name}.`)
      return found[0]
    },
    [Symbol.asyncDispose]: async () => {
      await server.stop()
      copy[Symbol.dispose]()
    },
  }
}

function account(who: Who): Account {
  return {
    username: who,
    name: people[who],
    email: `${who}@moewenbucht.example`,
    password: 'a kite over the harbour',
  }
}

async function tell(folder: DataFolder): Promise<Story> {
  await using server = await startServer(folder)
  const club = await signUpAll(server)
  const story: Story = new Map()
  for (const room of otherRooms) {
    const { id } = await club[room.by].createRoom(room.name, { topic: room.topic })
    for (const who of room.members) await club[who].join(id)
    story.set(id, { title: room.name, told: [] })
  }
  for (const chat of chats) await tellChat(club, chat, story)
  return story
}

async function signUpAll(server: RunningServer): Promise<Record<Who, Api>> {
  const { jonas: _owner, ...others } = people
  const club: [string, Api][] = [['jonas', await Api.setUp(server, account('jonas'))]]
  for (const who of Object.keys(others) as Who[])
    club.push([who, await Api.signUp(server.origin, account(who))])
  return Object.fromEntries(club) as Record<Who, Api>
}

async function tellChat(club: Record<Who, Api>, chat: Chat, story: Story): Promise<void> {
  const id = await openChat(club, chat)
  const told: Told[] = []
  let unreadFrom: number | undefined
  for (const [at, { by, ago, text, answers }] of chat.lines.entries()) {
    const quoted = answers === undefined ? undefined : told.at(-answers)?.id
    const { id: messageId, seq } = await club[by].send(id, text, quoted)
    told.push({ id: messageId, at: minutes(ago) })
    if (at === chat.lines.length - (chat.unread ?? 0) - 1) unreadFrom = seq
  }
  const { lastSeq } = await club.nora.conversation(id)
  await club.nora.markRead(id, chat.unread ? (unreadFrom ?? 1) : lastSeq)
  for (const who of chat.readBy ?? []) await club[who].markRead(id, lastSeq)
  story.set(id, { title: chat.with ? people[chat.with] : (chat.room?.name ?? ''), told })
}

async function openChat(club: Record<Who, Api>, { with: other, room }: Chat): Promise<string> {
  if (other) return (await club.nora.openDirect(club[other].userId)).id
  if (!room) throw new Error('A chat is with someone, or in a room.')
  const { name, members, ...options } = room
  const { id } = await club.nora.createRoom(name, options)
  for (const who of members) if (who !== 'nora') await club.nora.add(id, club[who].userId)
  return id
}

/** Only the labels of time move; the order of things is their seq. */
function moveTimes({ path }: DataFolder, story: Story): void {
  const database = new DatabaseSync(join(path, 'roost.db'))
  const set = (sql: string) => database.prepare(sql)
  const moveMessage = set('UPDATE messages SET createdAt = ? WHERE id = ?')
  const moveEvents = set('UPDATE events SET createdAt = ? WHERE conversationId = ?')
  const moveSystem = set(
    "UPDATE messages SET createdAt = ? WHERE conversationId = ? AND kind = 'system'",
  )
  const moveChat = set('UPDATE conversations SET createdAt = ?, lastActivityAt = ? WHERE id = ?')
  for (const [id, { told }] of story) {
    const first = Math.min(...told.map(({ at }) => at), minutes(5 * 24 * 60)) - 3_600_000
    const last = Math.max(...told.map(({ at }) => at), first)
    moveEvents.run(first, id)
    moveSystem.run(first, id)
    for (const { id: messageId, at } of told) moveMessage.run(at, messageId)
    moveChat.run(first, last, id)
  }
  const moveSeen = set('UPDATE users SET lastSeenAt = ? WHERE username = ?')
  for (const [who, ago] of Object.entries(lastSeen)) moveSeen.run(minutes(ago), who)
  database.close()
}
