/**
 * Reads what a person wrote: marks for bold, italic and strike, code, links, and mentions of people who
 * are named in the message. In time linear to the text, whatever the text. A mark that has no partner,
 * or stands inside a word, is a character like any other.
 */
import { normalizeUsername } from '@roost/protocol'

import { linkify } from '../timeline/linkify.ts'

export type Style = 'bold' | 'italic' | 'strike'

export type Part =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'code'; readonly text: string }
  /** Code on lines of its own. */
  | { readonly type: 'block'; readonly text: string }
  | { readonly type: 'link'; readonly text: string; readonly href: string }
  | { readonly type: 'mention'; readonly text: string; readonly userId: string }
  | { readonly type: Style; readonly parts: readonly Part[] }

/** Whom the message names, by {@link normalizeUsername}. Anybody else's `@name` is text. */
export type Named = ReadonlyMap<string, string>

interface Mark {
  readonly type: 'mark'
  readonly text: string
  readonly style: Style
  readonly opens: boolean
  readonly closes: boolean
}
type Token = Exclude<Part, { type: Style }> | Mark

const nobody: Named = new Map()

export function parseText(text: string, named: Named = nobody): readonly Part[] {
  return nest(tokenize(text, named))
}

function tokenize(text: string, named: Named): Token[] {
  const tokens: Token[] = []
  for (const piece of splitCode(text)) {
    if (piece.code) tokens.push({ type: piece.block ? 'block' : 'code', text: piece.text })
    else addProse(tokens, text, piece, named)
  }
  return tokens
}

interface Piece {
  readonly start: number
  readonly text: string
  readonly code: boolean
  readonly block: boolean
}

const fence = '```'

/** Code first: nothing in it means anything. */
function splitCode(text: string): Piece[] {
  const pieces: Piece[] = []
  let done = 0
  const add = (start: number, end: number, code: { text: string; block: boolean }) => {
    if (start > done) pieces.push(prose(text, done, start))
    pieces.push({ start, code: true, ...code })
    done = end
  }
  let from = 0
  let fences = true
  let lineEnd = -1
  for (;;) {
    const start = text.indexOf('`', from)
    if (start < 0) break
    const end = fences && text.startsWith(fence, start) ? text.indexOf(fence, start + 3) : -1
    if (end > 0 && text.slice(start + 3, end).trim() !== '') {
      add(start, end + 3, { text: blockText(text.slice(start + 3, end)), block: true })
      from = done
      // The line break after a block is the block's.
      if (text[done] === '\n') from = done += 1
      continue
    }
    if (text.startsWith(fence, start)) {
      if (end < 0) fences = false
      from = start + 3
      continue
    }
    const close = text.indexOf('`', start + 1)
    if (close < 0) break
    if (lineEnd < start) lineEnd = endOfLine(text, start)
    const inner = text.slice(start + 1, close)
    if (close < lineEnd && inner.trim() !== '' && !text.startsWith(fence, close)) {
      add(start, close + 1, { text: inner, block: false })
      from = done
    } else from = close
  }
  if (done < text.length) pieces.push(prose(text, done, text.length))
  return pieces
}

function prose(text: string, start: number, end: number): Piece {
  return { start, text: text.slice(start, end), code: false, block: false }
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

/** Without the name of the language and the line breaks next to the fences. */
function blockText(inner: string): string {
  return inner.replace(/^[\w+#.-]{0,20}\n/, '').replace(/\n$/, '')
}

/** A run of one mark, or a user name after `@`. */
const special = /\*+|_+|~+|(?<![\p{L}\p{N}.@/-])@([\p{L}\p{M}\p{N}._-]{2,32})/gu

const styles = new Map<string, Style>([
  ['*', 'bold'],
  ['**', 'bold'],
  ['_', 'italic'],
  ['~', 'strike'],
  ['~~', 'strike'],
])

function addProse(tokens: Token[], whole: string, piece: Piece, named: Named): void {
  let at = piece.start
  for (const { text, href } of linkify(piece.text)) {
    if (href) tokens.push({ type: 'link', text, href })
    else addMarks(tokens, whole, { start: at, text }, named)
    at += text.length
  }
}

function addMarks(
  tokens: Token[],
  whole: string,
  { start, text }: { start: number; text: string },
  named: Named,
): void {
  let done = 0
  special.lastIndex = 0
  for (let match = special.exec(text); match; match = special.exec(text)) {
    const token = readMark(whole, start + match.index, match[0]) ?? readMention(match[1], named)
    if (!token) continue
    if (match.index > done) tokens.push({ type: 'text', text: text.slice(done, match.index) })
    tokens.push(token)
    done = match.index + token.text.length
    // What was taken for a part of a name may be a mark.
    special.lastIndex = done
  }
  if (done < text.length) tokens.push({ type: 'text', text: text.slice(done) })
}

/** Punctuation that a sentence put behind the name is no part of it, unless such a name is meant. */
function readMention(name: string | undefined, named: Named): Token | null {
  if (name === undefined || named.size === 0) return null
  for (let end = name.length; end > 0; end--) {
    const userId = named.get(normalizeUsername(name.slice(0, end)))
    if (userId !== undefined) return { type: 'mention', text: `@${name.slice(0, end)}`, userId }
    if (!/[._-]/.test(name.charAt(end - 1))) return null
  }
  return null
}

/** Scripts that put no spaces between words: any place in them may be the end of one. */
const unspaced = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u3000-\u303F\uFF00-\uFF0F\uFF1A-\uFF20`
const before = new RegExp(String.raw`^$|[\s\p{Ps}\p{Pi}"'¿¡:;,.…>|*_~–—\-${unspaced}]$`, 'u')
const after = new RegExp(String.raw`^$|^[\s\p{Pe}\p{Pf}"'.,:;!?…<|*_~–—\-${unspaced}]`, 'u')

function readMark(whole: string, start: number, text: string): Mark | null {
  const style = styles.get(text)
  if (!style) return null
  // Two units are enough for one character.
  const left = whole.slice(Math.max(0, start - 2), start)
  const right = whole.slice(start + text.length, start + text.length + 2)
  const opens = before.test(left) && /^\S/.test(right)
  const closes = after.test(right) && /\S$/.test(left)
  return opens || closes ? { type: 'mark', text, style, opens, closes } : null
}

interface Open {
  readonly at: number
  readonly text: string
  /** How much had been written before it: there must be more before it is closed. */
  readonly written: number
}

/**
 * Pairs marks on one line. Of each style at most one is open, the latest; closing one forgets those
 * that were opened inside it. So pairs nest, three deep at most, and each mark is looked at once.
 */
function pair(tokens: readonly Token[]): ReadonlyMap<number, number> {
  const pairs = new Map<number, number>()
  const open = new Map<Style, Open>()
  let written = 0
  for (const [at, token] of tokens.entries()) {
    if (token.type !== 'mark') {
      written += 1
      if (token.type === 'block' || token.text.includes('\n')) open.clear()
      continue
    }
    const start = open.get(token.style)
    if (token.closes && start?.text === token.text && written > start.written) {
      pairs.set(start.at, at)
      for (const [style, other] of open) if (other.at >= start.at) open.delete(style)
    } else if (token.opens) open.set(token.style, { at, text: token.text, written })
    else written += 1
  }
  return pairs
}

function nest(tokens: readonly Token[]): readonly Part[] {
  const pairs = pair(tokens)
  const build = (from: number, to: number): Part[] => {
    const parts: Part[] = []
    for (let at = from; at < to; at++) {
      const token = tokens[at]
      if (!token) break
      const end = pairs.get(at)
      if (token.type !== 'mark') addPart(parts, token)
      else if (end === undefined) addPart(parts, { type: 'text', text: token.text })
      else {
        parts.push({ type: token.style, parts: build(at + 1, end) })
        at = end
      }
    }
    return parts
  }
  return build(0, tokens.length)
}

function addPart(parts: Part[], part: Part): void {
  const last = parts.at(-1)
  if (part.type === 'text' && last?.type === 'text')
    parts[parts.length - 1] = { type: 'text', text: last.text + part.text }
  else parts.push(part)
}
