/** Finds what is being named at the caret: a person after `@`, an emoji after `:`. */

export interface Token {
  readonly type: 'mention' | 'emoji'
  /** From the sign on. */
  readonly start: number
  readonly end: number
  readonly query: string
}

/** No name is longer: further back need not be looked. */
const longest = 40
const naming = /(?<![\p{L}\p{N}@.])@([\p{L}\p{M}\p{N}._-]{0,32})$/u
/** Not of digits alone: "at :30" is a time. */
const coding = /(?<![\p{L}\p{N}:]):((?=[^:]*[a-z+])[a-z0-9_+-]{2,32})$/iu
const closed = /(?<![\p{L}\p{N}:]):([a-z0-9_+-]{1,32}):$/iu

export function findToken(text: string, caret: number): Token | null {
  const before = text.slice(Math.max(0, caret - longest), caret)
  const mention = naming.exec(before)
  if (mention) return token('mention', mention, caret)
  const emoji = coding.exec(before)
  return emoji && token('emoji', emoji, caret)
}

/** A name of an emoji between two colons, the second of which was just typed. */
export function findClosed(text: string, caret: number): Token | null {
  const match = closed.exec(text.slice(Math.max(0, caret - longest), caret))
  return match && token('emoji', match, caret)
}

function token(type: Token['type'], match: RegExpExecArray, caret: number): Token {
  return { type, start: caret - match[0].length, end: caret, query: match[1] ?? '' }
}

/** The text with something else in place of a token, and where the caret belongs then. */
export function replaceToken(text: string, place: Pick<Token, 'start' | 'end'>, by: string) {
  const { start, end } = place
  return { text: text.slice(0, start) + by + text.slice(end), caret: start + by.length }
}
