/** Owns how much is shown of a long message, and which ones have been opened, as long as the page lives. */

/** As many lines of a folded message are shown. */
export const foldedLines = 20
/** To hide less than the difference would not be worth the way to it. */
export const foldFrom = 24

const unfolded = new Set<string>()

export function isUnfolded(key: string): boolean {
  return unfolded.has(key)
}

export function unfold(key: string): void {
  unfolded.add(key)
}

/** Shorter than this fits on so few lines even on the smallest screen. */
const surelyShort = 300

/** Whether a text could be that long: all others need not be measured. */
export function mayFold(text: string): boolean {
  return text.length > surelyShort || text.split('\n').length > foldFrom
}
