/**
 * Finds web addresses in what a person wrote. Only http and https become links, and only where the
 * whole address is visible text: no credentials, no invisible or direction-changing characters in it.
 */

export interface Segment {
  readonly text: string
  /** Set when the text is a link. */
  readonly href?: string
}

/** An address runs to the first blank, quote, bracket of markup, CJK punctuation or invisible character. */
const address =
  /(?<![\p{L}\p{N}_@/.-])(?:https?:\/\/|www\.)[^\s<>"`{}|\\^\p{C}\u3000-\u303F\uFF01\uFF08\uFF09\uFF0C\uFF1A\uFF1B\uFF1F]+/giu
const closers = new Map([
  [')', '('],
  [']', '['],
])
const trailing = new Set(".,;:!?'*_~…’”»")

export function linkify(text: string): readonly Segment[] {
  const segments: Segment[] = []
  let done = 0
  for (const match of text.matchAll(address)) {
    const shown = trimEnd(match[0])
    const href = toHref(shown)
    if (!href) continue
    if (match.index > done) segments.push({ text: text.slice(done, match.index) })
    segments.push({ text: shown, href })
    done = match.index + shown.length
  }
  if (done < text.length) segments.push({ text: text.slice(done) })
  return segments
}

/** Punctuation at the end belongs to the sentence; so does a bracket that was opened outside. */
function trimEnd(address: string): string {
  let end = address.length
  const surplus = new Map<string, number>()
  for (const [close, open] of closers) {
    surplus.set(close, count(address, close) - count(address, open))
  }
  while (end > 0) {
    const last = address.charAt(end - 1)
    const extra = surplus.get(last)
    if (extra !== undefined && extra > 0) surplus.set(last, extra - 1)
    else if (!trailing.has(last)) break
    end--
  }
  return address.slice(0, end)
}

function count(text: string, character: string): number {
  let found = 0
  for (const each of text) if (each === character) found++
  return found
}

function toHref(shown: string): string | null {
  const full = /^www\./i.test(shown) ? `https://${shown}` : shown
  if (!URL.canParse(full)) return null
  const url = new URL(full)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return null
  if (url.username !== '' || url.password !== '') return null
  if (/^www\./i.test(shown) && !/^www\.[^.]+\./i.test(url.hostname)) return null
  return url.href
}
