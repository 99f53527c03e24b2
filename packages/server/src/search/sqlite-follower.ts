/**
 * Keeps an index at the state of the logs: what was said is added, what was edited is replaced, what
 * was deleted is taken out, a conversation that is gone goes. It works in small steps, each of them
 * one transaction together with how far it got, so that it may end at any moment and go on later.
 */
import { DatabaseSync } from 'node:sqlite'

import { COST_OF_CHANGE, DamagedIndexError, EVENTS_PER_STEP, type Follower } from './follower.ts'
import { IndexFile, isDamage, removeIndex, type Head } from './index-file.ts'
import { Naps } from './naps.ts'
import type { Hit, Wanted } from './search-index.ts'
import { tokenize } from './tokenize.ts'

interface MessageRow {
  readonly senderId: string
  readonly kind: string
  readonly body: string
  readonly createdAt: number
  readonly deletedAt: number | null
}
/** With the message that it made, where there is one. */
type EventRow = {
  readonly seq: number
  readonly id: string
  readonly type: string
  readonly targetSeq: number | null
} & (MessageRow | { readonly kind: null })
interface ConversationRow {
  readonly id: string
  readonly kind: string
  readonly lastSeq: number
  readonly deletedAt: number | null
}
/** What is to be done for a conversation: index it up to `lastSeq`, or remove all of it. */
type Work = { readonly kind: string; readonly lastSeq: number } | 'remove'

export interface IndexFiles {
  /** Of the database to follow. */
  readonly database: string
  /** Made where it is missing. */
  readonly index: string
}

export class SqliteFollower implements Follower {
  readonly #files: IndexFiles
  readonly #index: IndexFile
  readonly #database: DatabaseSync
  readonly #sql: ReturnType<typeof prepareAll>
  readonly #heads: Map<string, Head>
  /** Those in which something has just happened are looked at before the rest. */
  readonly #noticed = new Set<string>()
  readonly #behind = new Map<string, Work>()
  readonly #naps = new Naps()
  #hasRemoved = false

  constructor(files: IndexFiles) {
    this.#files = files
    this.#database = new DatabaseSync(files.database, { readOnly: true, timeout: 5_000 })
    this.#sql = prepareAll(this.#database)
    this.#index = new IndexFile(files.index, this.#sql.epoch.get()?.value ?? '')
    this.#heads = this.#index.heads()
    this.#compareAll()
  }

  pending(): number {
    let sum = 0
    for (const [id, work] of this.#behind)
      sum += work === 'remove' ? 1 : work.lastSeq - (this.#heads.get(id)?.seq ?? 0)
    return sum
  }

  notice(conversationIds: readonly string[]): void {
    for (const id of conversationIds) this.#noticed.add(id)
  }

  hasNoticed(): boolean {
    return this.#noticed.size > 0
  }

  /** There is one process, which loses no hint. */
  lookAround(): void {}

  step(): Promise<boolean> {
    return this.#orTakeAway(() => {
      this.#naps.begin()
      this.#index.commit(() => {
        for (let left = EVENTS_PER_STEP; left > 0;) {
          const next = this.#next()
          if (!next) break
          left -= this.#advance(next.id, next.work, left)
        }
      })
      if (this.#behind.size > 0 || this.hasNoticed()) return true
      if (this.#hasRemoved) this.#index.forget()
      this.#hasRemoved = false
      return false
    })
  }

  find(wanted: Wanted): Promise<Hit[]> {
    return this.#orTakeAway(() => this.#index.find(wanted))
  }

  async close(): Promise<void> {
    this.#index.close()
    this.#database.close()
  }

  async #orTakeAway<T>(fn: () => T): Promise<T> {
    try {
      return fn()
    } catch (error) {
      if (!isDamage(error)) throw error
      await this.close()
      removeIndex(this.#files.index)
      throw new DamagedIndexError('The search index is damaged.', { cause: error })
    }
  }

  /** Much may have happened while nobody looked. */
  #compareAll(): void {
    const rows = this.#sql.conversations.all()
    for (const row of rows) this.#compare(row.id, row)
    const known = new Set(rows.map(({ id }) => id))
    for (const id of this.#heads.keys()) if (!known.has(id)) this.#compare(id, undefined)
  }

  #next(): { id: string; work: Work } | undefined {
    for (const id of this.#noticed) {
      this.#compare(id, this.#sql.conversation.get(id))
      const work = this.#behind.get(id)
      // What is deleted may take long to remove: nobody waits for that.
      if (work !== undefined && work !== 'remove') return { id, work }
      this.#noticed.delete(id)
    }
    for (const [id, work] of this.#behind) return { id, work }
    return undefined
  }

  /** Finds out what is to be done for a conversation. */
  #compare(id: string, row: ConversationRow | undefined): void {
    const head = this.#heads.get(id)
    const isGone = !row || row.deletedAt !== null
    this.#behind.delete(id)
    if (head && (isGone || !this.#isOurs(id, head))) this.#behind.set(id, 'remove')
    else if (!isGone && row.lastSeq > (head?.seq ?? 0)) this.#behind.set(id, row)
  }

  /** The database may have been put back to an older state, and gone on from there. */
  #isOurs(id: string, { seq, eventId }: Head): boolean {
    return seq === 0 || this.#sql.eventId.get(id, seq)?.id === eventId
  }

  /** Returns what it cost, in events. */
  #advance(id: string, work: Work, budget: number): number {
    return work === 'remove' ? this.#remove(id, budget) : this.#follow(id, work.kind, budget)
  }

  #remove(id: string, budget: number): number {
    const head = this.#heads.get(id)
    if (!head) throw new Error(`Conversation ${id} is not in the index.`)
    this.#hasRemoved = true
    const limit = Math.ceil(budget / COST_OF_CHANGE)
    if (this.#index.removeSome(head, limit) === limit) return budget
    this.#index.removeConversation(head)
    this.#heads.delete(id)
    this.#compare(id, this.#sql.conversation.get(id))
    return budget
  }

  #follow(id: string, kind: string, budget: number): number {
    const events = this.#sql.events.all(id, this.#heads.get(id)?.seq ?? 0, budget)
    const head = this.#heads.get(id) ?? this.#index.addConversation(id, kind)
    let cost = 0
    let last: EventRow | undefined
    for (const event of events) {
      if (cost >= budget) break
      cost += this.#apply(id, head, event)
      last = event
      this.#naps.napNowAndThen()
    }
    if (last) {
      this.#index.moveHead(head, last.seq, last.id)
      this.#heads.set(id, { ...head, seq: last.seq, eventId: last.id })
    }
    if (cost >= budget) return cost
    this.#behind.delete(id)
    this.#noticed.delete(id)
    return Math.max(cost, 1)
  }

  /** Makes what the index has of a message what is true of it now. Returns what it cost. */
  #apply(id: string, head: Head, event: EventRow): number {
    const { type, seq, targetSeq } = event
    if (type === 'message.created' && event.kind !== null) this.#add(head, seq, event)
    if (type !== 'message.changed' || targetSeq === null) return 1
    this.#hasRemoved = true
    this.#index.remove(head, targetSeq)
    this.#add(head, targetSeq, this.#sql.message.get(id, targetSeq))
    return COST_OF_CHANGE
  }

  #add(head: Head, seq: number, message: MessageRow | undefined): void {
    if (!message || message.deletedAt !== null || message.kind === 'system') return
    const { senderId, createdAt: at, body } = message
    this.#index.add(head, { seq, senderId, at, words: tokenize(body) })
  }
}

function prepareAll(raw: DatabaseSync) {
  const statement = <Row>(sql: string) => {
    const prepared = raw.prepare(sql)
    return {
      get: (...values: (string | number)[]) => prepared.get(...values) as Row | undefined,
      all: (...values: (string | number)[]) => prepared.all(...values) as Row[],
    }
  }
  const message = 'm."senderId", m."kind", m."body", m."createdAt", m."deletedAt"'
  const conversations = 'SELECT "id", "kind", "lastSeq", "deletedAt" FROM "conversations"'
  return {
    epoch: statement<{ value: string }>(`SELECT "value" FROM "meta" WHERE "key" = 'epoch'`),
    conversations: statement<ConversationRow>(conversations),
    conversation: statement<ConversationRow>(`${conversations} WHERE "id" = ?`),
    eventId: statement<{ id: string }>(
      'SELECT "id" FROM "events" WHERE "conversationId" = ? AND "seq" = ?',
    ),
    events: statement<EventRow>(
      `SELECT e."seq", e."id", e."type", e."targetSeq", ${message}
       FROM "events" e LEFT JOIN "messages" m
         ON m."conversationId" = e."conversationId" AND m."seq" = e."seq"
       WHERE e."conversationId" = ? AND e."seq" > ? ORDER BY e."seq" LIMIT ?`,
    ),
    message: statement<MessageRow>(
      `SELECT ${message} FROM "messages" m WHERE m."conversationId" = ? AND m."seq" = ?`,
    ),
  }
}
