/**
 * The data of people who were away: each is in ten rooms, in all of which something was said since. A
 * server keeps nothing of a device, so how long each was away is for the device to say: the same people may
 * come back any number of times.
 */
import { uuidv7 } from '../../packages/protocol/src/index.ts'
import { chunksOf } from '../../packages/server/src/chunks.ts'
import { seedMembers } from '../../packages/server/src/testing/seed.ts'
import { makeData } from '../growth/data.ts'
import { openWriter, type Message } from '../growth/message-writer.ts'
import { dice, makeSentences } from '../growth/sentences.ts'
import type { Place } from '../growth/served.ts'
import type { Absent } from '../load/return.ts'
import { openPool } from './client.ts'
import { comeBack, type Cursor, type Device } from './device.ts'
import type { RoostSystem } from './roost.ts'

/** Rooms of each person, all with news. */
const ROOMS = 10
/** Rooms for each hundred people: forty in each. */
const PER_HUNDRED = 25
/** Events that somebody can have missed, over all of their rooms. */
const MOST_MISSED = 2_000
/** In one transaction. */
const CHUNK = 10_000

export interface Absence {
  /** Every person's device as it was when it had all but so many events. */
  devices(missed: number): Device[]
}

export async function openAbsence(system: RoostSystem, count: number): Promise<Absent> {
  const opened = await system.open((place) => makeAbsence(place, count))
  const pool = openPool(opened.url)
  const at = { url: opened.url, pool }
  return {
    pids: () => opened.pids(),
    devices: async (missed) =>
      opened.made.devices(missed).map((device) => () => comeBack(at, device)),
    async stop() {
      await pool.destroy()
      await opened.stop()
    },
  }
}

interface Room {
  readonly id: string
  readonly members: readonly string[]
}

export async function makeAbsence(place: Place, count: number): Promise<Absence> {
  const { epoch, people, rooms, elsewhere } = await makeData(
    place,
    async ({ app, owner, signIn }) => {
      const entrance = await owner.makeRoom({ name: 'Entrance' })
      const people = await signIn(await seedMembers(app.core, entrance.id, count))
      const rooms: Room[] = []
      const roomCount = Math.max(ROOMS, Math.round((count / 100) * PER_HUNDRED))
      for (let at = 0; at < roomCount; at++) {
        const isIn = (person: number) =>
          (((at - person) % roomCount) + roomCount) % roomCount < ROOMS
        const members = people.filter((_, person) => isIn(person)).map(({ id }) => id)
        const { id } = await owner.makeRoom({ name: `Room ${at}`, userIds: members })
        rooms.push({ id, members })
      }
      const heads = await app.core.database.read((db) =>
        db.selectFrom('userHeads').select(['userId', 'lastSeq']).execute(),
      )
      const userSeqs = new Map(heads.map(({ userId, lastSeq }) => [userId, lastSeq]))
      return {
        epoch: app.core.database.epoch,
        people: people.map(({ id, token }) => ({ id, token, userSeq: userSeqs.get(id) ?? 0 })),
        rooms,
        elsewhere: { conversationId: entrance.id, seq: entrance.lastSeq },
      }
    },
  )
  const logs = await write(place, rooms)
  const cursorsOf = (userId: string, missed: number): Cursor[] => [
    elsewhere,
    ...rooms.flatMap(({ id, members }) =>
      members.includes(userId) ? cursorIn(logs, id, missed / ROOMS) : [],
    ),
  ]
  return {
    devices(missed) {
      if (missed > MOST_MISSED) throw new Error(`Nobody can have missed ${missed} events.`)
      return people.map(({ id, token, userSeq }) => ({
        token,
        epoch,
        userSeq,
        cursors: cursorsOf(id, missed),
      }))
    },
  }
}

/** Of each room what was said in it, in order. */
type Logs = ReadonlyMap<string, readonly Message[]>

function cursorIn(logs: Logs, conversationId: string, missed: number): Cursor {
  const last = logs.get(conversationId)?.at(-1 - missed)
  if (!last) throw new Error('Not so much was said.')
  return { conversationId, seq: last.seq, eventId: last.id }
}

async function write(place: Place, rooms: readonly Room[]): Promise<Logs> {
  const writer = await openWriter(place)
  const heads = await writer.heads()
  const [sentence, roll] = [makeSentences(), dice(7)]
  // Also one that nobody has missed.
  const turns = Array.from({ length: MOST_MISSED / ROOMS + 1 }, (_, turn) => turn)
  const all = turns.flatMap((turn) =>
    rooms.map(({ id: conversationId, members }, at): Message => {
      const number = turn * rooms.length + at
      const time = Date.now() - (MOST_MISSED - turn) * 1_000
      return {
        conversationId,
        seq: (heads.get(conversationId) ?? 0) + 1 + turn,
        id: uuidv7(time, roll),
        senderId: members[Math.floor(roll() * members.length)] ?? '',
        at: time,
        body: sentence(number),
      }
    }),
  )
  for (const chunk of chunksOf(all, CHUNK)) await writer.append(chunk)
  await writer.moveHeads(
    all.slice(-rooms.length).map(({ conversationId: id, seq, at }) => ({ id, seq, at })),
  )
  await writer.close()
  return Map.groupBy(all, ({ conversationId }) => conversationId)
}
