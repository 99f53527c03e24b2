/**
 * Tells the story to a server, through the API as people would, on a clock that goes through the
 * weeks: what happened at a time is made at that time.
 */
import { mkdirSync } from 'node:fs'

import { adminEndpoints, endpoints, uuidv7 } from '@roost/protocol'
import sharp from 'sharp'

import { createClient, type Client } from '../packages/sdk/src/index.ts'
import { nodeOptions } from '../packages/sdk/src/node.ts'
import { buildApp } from '../packages/server/src/app.ts'
import { openDataFolder } from '../packages/server/src/cli/data-folder.ts'
import { readConfig } from '../packages/server/src/config.ts'
import { drawFace, drawHarbour } from './faces.ts'
import { account, faces, lastSeen, password, people, type Who } from './people.ts'
import { chats, otherRooms, type Chat, type Line } from './story.ts'

export interface Told {
  /** The id of each chat of Nora's, by the other's user name or the room's name. */
  readonly chatIds: ReadonlyMap<string, string>
  /** Bearers, so that some of them can stay. */
  readonly tokens: Readonly<Record<Who, string>>
}

type Person = Client & { readonly userId: string; readonly token: string }
type Club = Record<Who, Person>

/** So high that a month fits into a second. */
const many = 1_000_000
const fixed = {
  signUpsPerAddress: many,
  signInsPerAddress: many,
  sendBurst: many,
  sendsPerSecond: many,
  requestsPerSecond: many,
}

/** @param now when the story ends, in milliseconds since the epoch */
export async function tellStory(folder: string, now: number): Promise<Told> {
  mkdirSync(folder, { recursive: true })
  const opened = openDataFolder(folder, { shared: false })
  if (!opened) throw new Error(`${folder} is in use.`)
  const clock = { at: now - 26 * day }
  const settings = readConfig({ HOST: '127.0.0.1', PORT: '0', ROOST_DATA: folder }, folder)
  const pictures = await paintAll()
  const config = { ...settings, fixed, folderSecret: opened.secret, webRoot: undefined }
  const app = await buildApp(config, { now: () => clock.at })
  try {
    const url = `http://127.0.0.1:${await app.listen()}`
    await app.createAccount(account('jonas'), { admin: true })
    const club = await gather(url, pictures)
    await club.jonas.call(adminEndpoints.adminUpdateSettings, {
      body: { serverName: 'Möwenbucht', helpContact: 'Jonas, at the jetty' },
    })
    const chatIds = await tellAll(club, { now, clock, pictures })
    for (const [who, ago] of Object.entries(lastSeen))
      await app.core.database.write(({ db }) =>
        db
          .updateTable('users')
          .set({ lastSeenAt: now - ago * minute })
          .where('username', '=', who)
          .execute(),
      )
    const tokens = Object.fromEntries(whos.map((who) => [who, club[who].token]))
    return { chatIds, tokens: tokens as Record<Who, string> }
  } finally {
    await app.close()
    opened.release()
  }
}

const minute = 60_000
const day = 24 * 60 * minute
const whos = Object.keys(people) as Who[]

async function gather(url: string, pictures: Pictures): Promise<Club> {
  const visitor = createClient(nodeOptions(url))
  const come = async (who: Who): Promise<[Who, Person]> => {
    const { token, user } =
      who === 'jonas'
        ? await visitor.call(endpoints.signInUsername, { body: { username: who, password } })
        : await visitor.call(endpoints.signUp, { body: account(who) })
    const client = createClient({ ...nodeOptions(url), token })
    const { about, locale } = { about: null, ...people[who] }
    await client.call(endpoints.updateMe, { body: { about, locale } })
    const file = pictures.get(who)
    if (file) await client.call(endpoints.setMyPicture, { file })
    return [who, { ...client, userId: user.id, token }]
  }
  // In turn: a slow machine takes its time over every password, and none of them may wait too long.
  const club: [Who, Person][] = []
  for (const who of whos) club.push(await come(who))
  return Object.fromEntries(club) as Club
}

type Pictures = ReadonlyMap<string, Blob>
/** The picture of the club's room. */
const HARBOUR = 'harbour'

/** Before the server is there, which from then on reads no drawings in this process. */
async function paintAll(): Promise<Pictures> {
  const drawings = Object.entries(faces).map(([who, face]) => [who, drawFace(face)] as const)
  const painted = [...drawings, [HARBOUR, drawHarbour()] as const].map(
    async ([name, drawing]) => [name, await paint(drawing)] as const,
  )
  return new Map(await Promise.all(painted))
}

async function paint(picture: string): Promise<Blob> {
  const bytes = await sharp(Buffer.from(picture)).png().toBuffer()
  return new Blob([new Uint8Array(bytes)], { type: 'image/png' })
}

interface Time {
  readonly pictures: Pictures
  readonly now: number
  readonly clock: { at: number }
}

/** All chats at once, in the order in which things were said. */
async function tellAll(club: Club, time: Time): Promise<Map<string, string>> {
  const { now, clock } = time
  for (const { name, topic, by, members } of otherRooms) {
    const { id } = await club[by].call(endpoints.createConversation, {
      body: { kind: 'room', name, topic, visibility: 'public' },
    })
    for (const who of members) await club[who].call(endpoints.join, { params: { id }, body: {} })
  }
  const tales = new Map<Chat, Tale>()
  const all = chats.flatMap((chat) => chat.lines.map((line) => ({ chat, line })))
  for (const { chat, line } of all.toSorted((a, b) => timeOf(a.line, now) - timeOf(b.line, now))) {
    clock.at = Math.max(clock.at + 1, timeOf(line, now))
    const tale = tales.get(chat) ?? { chat, id: await open(club, chat, time.pictures), told: [] }
    tales.set(chat, tale)
    tale.told.push(await tell(club, tale, line))
  }
  clock.at = Math.max(clock.at, now - minute)
  for (const tale of tales.values()) await settle(club, tale)
  return new Map(
    [...tales.values()].map(({ chat, id }) => [chat.with ?? chat.room?.name ?? '', id]),
  )
}

interface Tale {
  readonly chat: Chat
  readonly id: string
  readonly told: { readonly id: string; readonly seq: number }[]
}

function timeOf(line: Line | undefined, now: number): number {
  if (!line) return now
  if (typeof line.when === 'number') return now - line.when * minute
  const { days, time } = line.when
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return new Date(now - days * day).setHours(hours, minutes, 0, 0)
}

async function open(club: Club, { with: other, room }: Chat, pictures: Pictures): Promise<string> {
  if (other) {
    const body = { kind: 'direct', userId: club[other].userId } as const
    return (await club.nora.call(endpoints.createConversation, { body })).id
  }
  if (!room) throw new Error('A chat is with someone, or in a room.')
  const { name, topic, visibility, members, admins = [] } = room
  const [maker = 'nora', ...others] = members
  const userIds = others.map((who) => club[who].userId)
  const body = { kind: 'room', name, visibility, userIds, ...(topic && { topic }) } as const
  const { id } = await club[maker].call(endpoints.createConversation, { body })
  for (const who of admins) {
    const params = { id, userId: club[who].userId }
    await club[maker].call(endpoints.updateMember, { params, body: { role: 'admin' } })
  }
  const file = pictures.get(HARBOUR)
  if (name.startsWith('Segelclub') && file)
    await club[maker].call(endpoints.setRoomPicture, { params: { id }, file })
  return id
}

async function tell(club: Club, { id, told }: Tale, line: Line) {
  const { by, text, corrects, deleted, reactions = {}, answers } = line
  const speaker = club[by]
  const replyTo = answers === undefined ? undefined : told.at(-answers)?.id
  const body = {
    clientId: mint(),
    body: corrects ?? text,
    mentions: named(club, text),
    ...(replyTo && { replyTo }),
  }
  const sent = await speaker.call(endpoints.sendMessage, { params: { id }, body })
  const params = { id: sent.id }
  if (corrects !== undefined)
    await speaker.call(endpoints.editMessage, { params, body: { clientId: mint(), body: text } })
  if (deleted) await speaker.call(endpoints.deleteMessage, { params, body: {} })
  for (const [emoji, fans] of Object.entries(reactions))
    for (const who of fans)
      await club[who].call(endpoints.react, { params: { ...params, emoji }, body: {} })
  return { id: sent.id, seq: sent.seq }
}

const mint = () => uuidv7(Date.now(), Math.random)

function named(club: Club, text: string): string[] {
  return whos.filter((who) => new RegExp(`@${who}\\b`).test(text)).map((who) => club[who].userId)
}

/** What people have read, pinned and muted by now. */
async function settle(club: Club, { chat, id, told }: Tale): Promise<void> {
  const read = (who: Who, seq: number | undefined) =>
    seq === undefined
      ? undefined
      : club[who].call(endpoints.markRead, { params: { id }, body: { seq } })
  const last = told.at(-1)?.seq
  await read('nora', chat.unread ? told.at(-1 - chat.unread)?.seq : last)
  for (const who of chat.readBy ?? []) await read(who, last)
  const { pinned, muted } = chat
  if (!pinned && !muted) return
  await club.nora.call(endpoints.updateMembership, {
    params: { id },
    body: { ...(pinned && { pinned }), ...(muted && { mutedUntil: 8.64e15 }) },
  })
}
