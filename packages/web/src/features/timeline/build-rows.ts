/**
 * Turns messages into the rows of a timeline: day separators, the unread divider, and groups of
 * bubbles. Order is the server's; time stamps are labels that may go backwards, so separators follow
 * the largest day so far.
 */
import type { Message } from '@roost/protocol'
import type { PendingMessage } from '@roost/sdk'

/** What is shown as one message: stored, or still on its way. */
export type Post = Message | PendingMessage

/** A row's `key` is its identity through loading, sending and scrolling. `day` is a local midnight. */
export type Row =
  | { readonly type: 'day'; readonly key: string; readonly day: number }
  | { readonly type: 'unread'; readonly key: string; readonly day: number; readonly count: number }
  | { readonly type: 'system'; readonly key: string; readonly day: number; readonly post: Message }
  | {
      readonly type: 'message'
      readonly key: string
      readonly day: number
      readonly post: Post
      /** At the start and at the end of a group of one sender's bubbles. */
      readonly first: boolean
      readonly last: boolean
    }

export interface Divider {
  /** The divider stands before the first message of others after this seq. */
  readonly afterSeq: number
  readonly count: number
}

interface Source {
  readonly posts: readonly Post[]
  /** Older messages exist: the day of the first one may have begun among them, so it gets no separator. */
  readonly hasBefore: boolean
  readonly divider: Divider | null
  readonly meId: string
}

const groupFor = 5 * 60_000

export function buildRows({ posts, hasBefore, divider, meId }: Source): Row[] {
  const rows: Row[] = []
  let day = 0
  let divided = divider === null
  for (const [index, post] of posts.entries()) {
    const ownDay = startOfDay(post.createdAt)
    const key = keyOf(post)
    if (ownDay > day) {
      day = ownDay
      if (index > 0 || !hasBefore) rows.push({ type: 'day', key: `day ${key}`, day })
    }
    if (!divided && divider && isUnread(post, divider, meId)) {
      divided = true
      rows.push({ type: 'unread', key: 'unread', day, count: divider.count })
    }
    if (isSystem(post)) {
      rows.push({ type: 'system', key, day, post })
      continue
    }
    const above = rows.at(-1)
    const first = above?.type !== 'message' || !together(above.post, post)
    if (above?.type === 'message' && !first) rows[rows.length - 1] = { ...above, last: false }
    rows.push({ type: 'message', key, day, post, first, last: true })
  }
  return rows
}

export function keyOf(post: Post): string {
  return 'clientId' in post ? post.clientId : post.id
}

/** Null until the server has stored it. */
export function seqOf(post: Post): number | null {
  return 'clientId' in post ? null : post.seq
}

export function isSystem(post: Post): post is Message {
  return !('clientId' in post) && post.kind === 'system'
}

function startOfDay(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0)
}

function together(above: Post, below: Post): boolean {
  return (
    above.senderId === below.senderId && Math.abs(below.createdAt - above.createdAt) <= groupFor
  )
}

function isUnread(post: Post, divider: Divider, meId: string): boolean {
  const seq = seqOf(post)
  return seq !== null && seq > divider.afterSeq && post.senderId !== meId
}
