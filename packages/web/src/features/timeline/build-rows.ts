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
  /**
   * There are older messages. What the first one here belongs to is then unknown, its day and its
   * group: it stays hidden until it is known, so that no row ever changes its height at its top.
   */
  readonly hasBefore: boolean
  readonly divider: Divider | null
  readonly meId: string
}

const groupFor = 5 * 60_000

export function buildRows({ posts, hasBefore, divider, meId }: Source): Row[] {
  const rows: Row[] = []
  let day = 0
  let divided = divider === null
  /** The message right above, where nothing stands in between. */
  let above: Post | null = null
  for (const [index, post] of posts.entries()) {
    const hidden = hasBefore && index === 0
    const key = keyOf(post)
    const ownDay = startOfDay(post.createdAt)
    if (ownDay > day) {
      day = ownDay
      above = null
      if (!hidden) rows.push({ type: 'day', key: `day ${key}`, day })
    }
    if (!hidden && !divided && divider && isUnread(post, divider, meId)) {
      divided = true
      above = null
      rows.push({ type: 'unread', key: 'unread', day, count: divider.count })
    }
    if (isSystem(post)) {
      above = null
      if (!hidden) rows.push({ type: 'system', key, day, post })
      continue
    }
    const first = above === null || !together(above, post)
    const last = rows.at(-1)
    if (!first && last?.type === 'message') rows[rows.length - 1] = { ...last, last: false }
    if (!hidden) rows.push({ type: 'message', key, day, post, first, last: true })
    above = post
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
  return seq !== null && seq > divider.afterSeq && post.senderId !== meId && !isSystem(post)
}
