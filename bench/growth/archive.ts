/**
 * An archive that grows: people and conversations made by the server's own code, and messages by the
 * million as its rows, in the order in which many people at once would have written them.
 */
import { uuidv7 } from '../../packages/protocol/src/index.ts'
import type { Person } from '../../packages/server/src/testing/person.ts'
import { seedMembers } from '../../packages/server/src/testing/seed.ts'
import { makeData } from './data.ts'
import { openWriter, type Head, type Message } from './message-writer.ts'
import { dice, makeSentences } from './sentences.ts'
import type { Place } from './served.ts'

export interface Archive {
  /** An administrator in two hundred chats, with unread messages in each. */
  readonly reader: Account
  /** In all other conversations. */
  readonly writer: Account
  /** The largest room, where the reader has more to read than is counted. */
  readonly largest: string
  readonly written: readonly string[]
  /** Adds messages until there are so many. Nobody else may have the data open. */
  grow(total: number): Promise<void>
}
interface Account {
  readonly id: string
  readonly token: string
}
interface Conversation {
  readonly id: string
  /** Who writes there. */
  readonly senders: readonly string[]
}

/** Of the reader: half of them rooms. */
const CHATS = 200
const OTHERS = 300
/** Members of a room who write. */
const LOUD = 20
const PEOPLE = 400
/** Of all messages, those in the largest room. */
const SHARE = 0.2
const UNREAD = { somewhere: 5, largest: 1_500 }
/** Two years of messages end about now. */
const BEGUN = Date.now() - 2 * 365 * 24 * 60 * 60_000
const APART = 6_000
const CHUNK = 10_000

export function makeArchive(place: Place): Promise<Archive> {
  return makeData(place, async ({ app, owner: reader, addPerson }) => {
    const writer = await addPerson('bob')
    const entrance = await writer.makeRoom({ name: 'Entrance' })
    const people = await seedMembers(app.core, entrance.id, PEOPLE)
    const chats = await makeChats(reader, people)
    const others: Conversation[] = []
    for (let at = 0; at < OTHERS; at++) others.push(await makeRoom(writer, people, at))
    const [largest] = chats
    if (!largest) throw new Error('There is no room.')
    const all = interleave(chats.slice(1), others)
    let total = 0
    return {
      reader,
      writer,
      largest: largest.id,
      written: others.map(({ id }) => id),
      async grow(wanted) {
        await fill(place, { reader, largest, all, from: total, to: wanted })
        total = wanted
      },
    }
  })
}

/** The largest room first. */
async function makeChats(reader: Person, people: readonly string[]): Promise<Conversation[]> {
  const chats: Conversation[] = []
  for (let at = 0; at < CHATS / 2; at++) {
    chats.push(await makeRoom(reader, people, at))
    const id = people[at] ?? ''
    chats.push({ id: (await reader.openDirect({ id })).id, senders: [id] })
  }
  return chats
}

async function makeRoom(owner: Person, people: readonly string[], at: number) {
  const userIds = Array.from({ length: LOUD }, (_, n) => people[(at * 7 + n) % people.length] ?? '')
  const { id } = await owner.makeRoom({ name: `Room ${at}`, userIds })
  return { id, senders: userIds }
}

/** Both kinds among the loud and among the quiet. */
function interleave(...lists: (readonly Conversation[])[]): Conversation[] {
  const placed = lists.flatMap((list) =>
    list.map((each, at) => ({ each, at: (at + 0.5) / list.length })),
  )
  return placed.toSorted((a, b) => a.at - b.at).map(({ each }) => each)
}

async function fill(
  place: Place,
  what: {
    reader: Account
    largest: Conversation
    all: readonly Conversation[]
    from: number
    to: number
  },
): Promise<void> {
  const { reader, largest, all, from, to } = what
  const writer = await openWriter(place)
  const heads = await writer.heads()
  const roll = dice(from + 1)
  const pick = picker(largest, all, roll)
  const sentence = makeSentences()
  const next = (number: number): Message => {
    const { id: conversationId, senders } = pick()
    const seq = (heads.get(conversationId) ?? 0) + 1
    heads.set(conversationId, seq)
    const at = BEGUN + number * APART
    const senderId = senders[Math.floor(roll() * senders.length)] ?? ''
    return { conversationId, seq, id: uuidv7(at, roll), senderId, at, body: sentence(number) }
  }
  for (let at = from; at < to; at += CHUNK)
    await writer.append(
      Array.from({ length: Math.min(CHUNK, to - at) }, (_, more) => next(at + more)),
    )
  const at = BEGUN + to * APART
  const moved = [largest, ...all].map(({ id }): Head => ({ id, seq: heads.get(id) ?? 0, at }))
  await writer.moveHeads(moved)
  const unread = (id: string) => (id === largest.id ? UNREAD.largest : UNREAD.somewhere)
  const read = moved.map(({ id, seq }) => ({ id, seq: Math.max(1, seq - unread(id)), at }))
  await writer.moveMarks(reader.id, read)
  await writer.close()
}

/** Most in the largest, and of the others in the nth one part in the root of n. */
function picker(
  largest: Conversation,
  all: readonly Conversation[],
  roll: () => number,
): () => Conversation {
  let sum = 0
  const ends = all.map((_, at) => (sum += 1 / Math.sqrt(at + 1)))
  return () => {
    if (roll() < SHARE) return largest
    const wanted = roll() * sum
    let [low, high] = [0, all.length - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((ends[middle] ?? 0) < wanted) low = middle + 1
      else high = middle
    }
    return all[low] ?? largest
  }
}
