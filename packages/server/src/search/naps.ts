/** In ms. */
const WORK = 0.5
const NAP = 0.1

const clock = new Int32Array(new SharedArrayBuffer(4))

/**
 * For a thread that works while others have people waiting. A scheduler lets whoever works go on for some
 * milliseconds though somebody more important was woken; one that falls asleep lets them go first at once.
 */
export class Naps {
  #awake = 0

  /** Work begins, after a rest or not. */
  begin(): void {
    this.#awake = performance.now()
  }

  /** Call it again and again: sleeps for a tenth of a millisecond after each half of one. */
  napNowAndThen(): void {
    if (performance.now() - this.#awake < WORK) return
    Atomics.wait(clock, 0, 0, NAP)
    this.begin()
  }
}
