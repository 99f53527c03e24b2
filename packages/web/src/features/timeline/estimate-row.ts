/** Guesses the height of a row before it has been laid out, so that the scrollbar hardly moves. */
import { isSystem, keyOf, type Row } from './build-rows.ts'
import { isEmojiOnly } from './emoji-only.ts'
import { foldedLines, foldFrom, isUnfolded } from './folding.ts'

const lineHeight = 22
const characterWidth = 7.3
const bubblePadding = 15

/** `width` is that of the column, in pixels. */
export function estimateRow(row: Row, width: number): number {
  switch (row.type) {
    case 'day':
      return 48
    case 'unread':
      return 40
    case 'system':
      return 28
    case 'message':
      return (row.first ? 10 : 2) + estimateBubble(row.post, width)
  }
}

function estimateBubble(post: Extract<Row, { type: 'message' }>['post'], width: number): number {
  if (isSystem(post)) return lineHeight
  if (isEmojiOnly(post.body)) return 76
  const textWidth = Math.max(Math.min(560, width * 0.8) - 24, 100)
  const perLine = Math.floor(textWidth / characterWidth)
  let lines = 0
  for (const paragraph of post.body.split('\n')) {
    lines += Math.max(1, Math.ceil(paragraph.length / perLine))
  }
  const quote = 'replyTo' in post && post.replyTo ? 50 : 0
  const shown = lines > foldFrom && !isUnfolded(keyOf(post)) ? foldedLines + 1 : lines
  return shown * lineHeight + bubblePadding + quote
}
