/**
 * Where conversations stand: what a hub needs to listen, and a client to resume. All who ask in the
 * same turn of the event loop are answered by the same statements.
 */
import type { HeadsFrame, LogCursor } from '@roost/protocol'

import { chunksOf } from '../chunks.ts'
import type { Core } from '../core.ts'
import { gather } from '../gather.ts'
import type { Db } from '../storage/database.ts'
import { compareClients } from './standings.ts'
import { readSights, type Sight } from './visible-seqs.ts'

/** A conversation that a user is in, the seq of the event by which they came, and what they see of it. */
export interface Joined {
  readonly conversationId: string
  readonly fromSeq: number
  readonly sight: Sight
}
/** What a user is in, and how far their own log went then. */
interface Memberships {
  readonly userSeq: number
  readonly joined: readonly Joined[]
}
interface Head {
  readonly lastSeq: number
  readonly memberCount: number
}
interface Asked {
  readonly conversationIds: readonly string[]
  readonly userId?: string
}
interface LastSeqs {
  readonly heads: ReadonlyMap<string, Head>
  /** 0 where no user was asked for. */
  readonly userSeq: number
}
interface Resuming {
  readonly userId: string
  /** Absent: nothing that would count here. */
  readonly known?: readonly LogCursor[] | undefined
}

/** Users in one round: each may be in many conversations. */
const ROUND = { most: 100 } as const
/** For those who come back: a moment is nothing to them. */
const PATIENT = { ...ROUND, patient: true } as const
const CHUNK = 500

export class Heads {
  readonly #core: Core
  readonly memberships: (userId: string) => Promise<Memberships>
  /** Of these conversations, as far as they are there, and of a user's own log. */
  readonly lastSeqs: (asked: Asked) => Promise<LastSeqs>
  /** What a client that resumes has missed: the conversations in which it is behind, and those it lost. */
  readonly since: (client: Resuming) => Promise<HeadsFrame>

  constructor(core: Core) {
    this.#core = core
    this.memberships = gather((userIds) => this.#readMemberships(userIds), PATIENT)
    // Somebody who has just joined is to hear what is said from now on.
    this.lastSeqs = gather((asked) => this.#readLastSeqs(asked), ROUND)
    this.since = gather((clients) => this.#readSince(clients), PATIENT)
  }

  #readMemberships(asked: readonly string[]): Promise<readonly Memberships[]> {
    const userIds = [...new Set(asked)]
    return this.#core.database.read(async (db) => {
      const sights = await readSights(db, userIds)
      const rows = await db
        .selectFrom('memberships as m')
        .innerJoin('conversations as c', 'c.id', 'm.conversationId')
        .innerJoin('membershipIntervals as i', (join) =>
          join
            .onRef('i.conversationId', '=', 'm.conversationId')
            .onRef('i.userId', '=', 'm.userId')
            .on('i.toSeq', 'is', null),
        )
        .select(['m.userId', 'm.conversationId', 'i.fromSeq', 'c.history'])
        .where('m.userId', 'in', userIds)
        .where('m.leftSeq', 'is', null)
        .where('c.deletedAt', 'is', null)
        .execute()
      const userSeqs = await readUserSeqs(db, userIds)
      const byUser = Map.groupBy(rows, ({ userId }) => userId)
      return asked.map((userId) => ({
        userSeq: userSeqs.get(userId) ?? 0,
        joined: (byUser.get(userId) ?? []).map(({ conversationId, fromSeq, history }) => ({
          conversationId,
          fromSeq,
          sight: history === 'all' ? history : sights(userId, conversationId),
        })),
      }))
    })
  }

  /** A statement for every 500 different conversations, and one for the users. */
  async #readLastSeqs(asked: readonly Asked[]): Promise<readonly LastSeqs[]> {
    const { database } = this.#core
    const ids = [...new Set(asked.flatMap(({ conversationIds }) => conversationIds))]
    const userIds = asked.flatMap(({ userId }) => userId ?? [])
    const heads = new Map<string, Head>()
    for (const chunk of chunksOf(ids, CHUNK)) {
      const rows = await database.read((db) =>
        db
          .selectFrom('conversations')
          .select(['id', 'lastSeq', 'memberCount'])
          .where('id', 'in', chunk)
          .execute(),
      )
      for (const { id, lastSeq, memberCount } of rows) heads.set(id, { lastSeq, memberCount })
    }
    const userSeqs =
      userIds.length === 0 ? undefined : await database.read((db) => readUserSeqs(db, userIds))
    return asked.map(({ userId = '' }) => ({ heads, userSeq: userSeqs?.get(userId) ?? 0 }))
  }

  async #readSince(clients: readonly Resuming[]): Promise<readonly HeadsFrame[]> {
    const { database } = this.#core
    const asked = clients.map(({ userId, known = [] }) => ({ userId, heads: known }))
    const compared = await database.read((db) => compareClients(db, asked))
    return compared.map(({ userSeq, behind, foreign, gone }) => ({
      type: 'heads',
      epoch: database.epoch,
      userSeq,
      heads: [...behind.map(({ standing }) => standing), ...foreign].map(
        ({ conversationId, lastSeq, readSeq }) => ({ conversationId, lastSeq, readSeq }),
      ),
      gone,
      foreign: foreign.map(({ conversationId }) => conversationId),
    }))
  }
}

async function readUserSeqs(
  db: Db,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom('userHeads')
    .select(['userId', 'lastSeq'])
    .where('userId', 'in', [...new Set(userIds)])
    .execute()
  return new Map(rows.map(({ userId, lastSeq }) => [userId, lastSeq]))
}
