import { useEffect, useRef, useState } from 'react'

import { client } from '../../client/client.ts'
import { plainText } from '../messages/use-plain-text.ts'
import { isSystem, seqOf, type Post } from './build-rows.ts'

const most = 3

/** Reads out what others write while the chat is open; never history, never one's own words. */
export function Announcer(props: {
  posts: readonly Post[]
  /** What comes next has been written long ago. */
  hasAfter: boolean
  meId: string
}) {
  const { posts, hasAfter, meId } = props
  const heard = useRef<number | null>(null)
  const [text, setText] = useState('')
  useEffect(() => {
    const newest = posts.reduce((seq, post) => Math.max(seq, seqOf(post) ?? 0), 0)
    const from = heard.current
    heard.current = hasAfter ? null : Math.max(newest, from ?? 0)
    if (from === null || hasAfter) return
    const { users } = client.getState()
    const news = posts.filter(
      (post) => (seqOf(post) ?? 0) > from && post.senderId !== meId && !isSystem(post),
    )
    const lines = news
      .slice(-most)
      .map((post) => `${users[post.senderId]?.name ?? ''}: ${plainText(post)}`)
    if (lines.length > 0) setText(lines.join('\n'))
  }, [posts, hasAfter, meId])
  return (
    <div aria-live="polite" className="sr-only">
      {text}
    </div>
  )
}
