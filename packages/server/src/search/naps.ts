/**
 * For a thread that works while others have people waiting. A scheduler lets whoever works go on for some
 * milliseconds though somebody more important was woken; one that falls asleep lets them go first at once.
 */
const WORK = 0.5
const NAP = 0.1

const clock = new Int32Array(new SharedArrayBuffer(4))
let awake = performance.now()

/** Called again and again: sleeps for a tenth of a millisecond when it has worked for half of one. */
export function napNowAndThen(): void {
  if (performance.now() - awake < WORK) return
  Atomics.wait(clock, 0, 0, NAP)
  awake = performance.now()
}
