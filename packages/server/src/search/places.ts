/** The numbers of messages in an index: by time, so that newest first and a span of time are their order. */

export const PLACES_PER_MS = 1024
/** Times beyond are labels that nobody searches by. */
const TIME_MAX = 8e12

/** The first place of a time: epoch milliseconds. */
export function placeAt(time: number): number {
  return Math.max(-TIME_MAX, Math.min(TIME_MAX, time)) * PLACES_PER_MS
}
