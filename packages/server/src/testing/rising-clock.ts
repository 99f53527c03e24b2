/** Never the same millisecond twice: of two things of one, neither is the newer. */
export function risingClock(): () => number {
  let time = 0
  return () => (time = Math.max(time + 1, Date.now()))
}
