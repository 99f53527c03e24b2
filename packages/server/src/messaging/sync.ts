/**
 * Everything that happened to somebody since they were here last, in one answer. All who come back in
 * the same moment are answered by the same statements, however many conversations they are in.
 */
import {
  limits,
  type LoggedEvent,
  type SyncReply,
  type SyncRequest,
  type User,
} from '@roost/protocol'

import type { Core } from '../core.ts'
import { gather } from '../gather.ts'
import { usersByIds } from '../people/profiles.ts'
import type { Db } from '../storage/database.ts'
import { withoutHidden } from './hidden.ts'
import { peopleOf } from './log.ts'
import { readStretches, type Stretch } from './replay.ts'
import {
  compareClients,
  readEventIds,
  readUserSeqs,
  type Behind,
  type EventIds,
  type Standing,
} from './standings.ts'
import { readUserEvents } from './user-events.ts'
import { readSights, sees, type Sight } from './visible-seqs.ts'

interface Client extends SyncRequest {
  readonly userId: string
}
interface Missing extends Behind {
  /** Whether the events fit into the answer. */
  readonly told: boolean
}
/** What the answers of a round are made of. */
interface Told {
  readonly events: ReadonlyMap<string, readonly LoggedEvent[]>
  readonly lastEventIds: EventIds
  readonly sightOf: (standing: Standing) => Sight
  readonly users: ReadonlyMap<string, User>
}

/** Clients in one round: each may have missed as many events as an answer holds. */
const ROUND = {
  most: 50,
  patient: true,
  inTurn: {
    most: limits.eventsMax,
    sizeOf: ({ conversations }: Answer) =>
      conversations.reduce((sum, { events }) => sum + (events?.length ?? 0), 0),
  },
} as const

export function gatherSync(core: Core): (client: Client) => Promise<SyncReply> {
  const { database } = core
  const sync = gather(
    (clients: readonly Client[]) => database.read((db) => readRound(db, clients)),
    ROUND,
  )
  return async (client) => {
    const { epoch } = database
    const known = client.epoch === epoch
    return { epoch, ...(known ? await sync(client) : await startOver(core, client)) }
  }
}

type Answer = Omit<SyncReply, 'epoch'>

/** To a client of another epoch nothing can be told but where it begins. */
async function startOver({ database }: Core, { userId }: Client): Promise<Answer> {
  const userSeqs = await database.read((db) => readUserSeqs(db, [userId]))
  const nothing = { userEvents: null, conversations: [], gone: [], foreign: [], users: [] }
  return { userSeq: userSeqs.get(userId) ?? 0, unchanged: false, ...nothing }
}

async function readRound(db: Db, clients: readonly Client[]): Promise<Answer[]> {
  const compared = (await compareClients(db, clients)).map(({ behind, ...rest }) => ({
    ...rest,
    missing: chooseTold(behind),
  }))
  const told = await readTold(
    db,
    compared.flatMap(({ missing }) => missing),
  )
  const answers: Answer[] = []
  for (const { client, userSeq, missing, foreign, gone } of compared) {
    const { userId, userSeq: after } = client
    const mine = await readUserEvents(db, { userId, after, upTo: userSeq })
    const conversations = missing.map((each) => tell(told, each))
    const people = peopleOf(conversations.flatMap(({ events }) => events ?? []))
    const users = [...people.flatMap((id) => told.users.get(id) ?? []), ...(mine?.users ?? [])]
    answers.push({
      userSeq,
      unchanged: userSeq === after && missing.length + gone.length + foreign.length === 0,
      userEvents: mine?.events ?? null,
      conversations,
      gone,
      foreign: foreign.map(({ conversationId }) => conversationId),
      users: [...new Map(users.map((user) => [user.id, user])).values()],
    })
  }
  return answers
}

/** In the order in which they were named, while there is room. */
function chooseTold(behind: readonly Behind[]): Missing[] {
  let room: number = limits.eventsMax
  return behind.map(({ standing, after }) => {
    const { firstSeq, lastSeq } = standing
    const told = after !== null && after >= firstSeq - 1 && lastSeq - after <= room
    if (told) room -= lastSeq - after
    return { standing, after, told }
  })
}

/** Each part of a log once, for all who missed it. */
async function readTold(db: Db, missing: readonly Missing[]): Promise<Told> {
  const stretches = new Map<string, Stretch>()
  const hiding = new Set<string>()
  for (const { standing, after, told } of missing) {
    if (!told || after === null) continue
    const { userId, conversationId, history, lastSeq: upTo } = standing
    const from = Math.min(after, stretches.get(conversationId)?.after ?? after)
    stretches.set(conversationId, { conversationId, after: from, upTo })
    if (history === 'sinceJoin') hiding.add(userId)
  }
  const ends = missing.map(({ standing: { conversationId, lastSeq: seq } }) => ({
    conversationId,
    seq,
  }))
  const lastEventIds = await readEventIds(db, ends)
  const sights = hiding.size === 0 ? undefined : await readSights(db, [...hiding])
  const events = await readStretches(db, [...stretches.values()])
  const users = await usersByIds(db, peopleOf([...events.values()].flat()))
  return {
    events,
    lastEventIds,
    sightOf: ({ userId, conversationId, history }) =>
      history === 'all' ? history : (sights?.(userId, conversationId) ?? []),
    users: new Map(users.map((user) => [user.id, user])),
  }
}

function tell({ events, lastEventIds, sightOf }: Told, { standing, after, told }: Missing) {
  const { conversationId, lastSeq } = standing
  const lastEventId = lastEventIds({ conversationId, seq: lastSeq }) ?? ''
  const untold = { conversationId, lastSeq, lastEventId, events: null }
  if (!told || after === null) return untold
  const sight = sightOf(standing)
  const seen = (events.get(conversationId) ?? [])
    .filter(({ seq }) => seq > after && sees(sight, seq))
    .map(({ seq, event }) => ({ seq, event: withoutHidden(event, sight).event }))
  // With a hole in what they may see it is for the messages to be read anew.
  return seen.length === lastSeq - after ? { ...untold, events: seen } : untold
}
