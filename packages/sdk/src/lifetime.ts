/** The time in which a session is valid: once it is over its timers are silent and it changes nothing. */
import type { Clock } from './options.ts'
import type { Store } from './store.ts'

export interface Lifetime {
  readonly clock: Clock
  readonly store: Store
  /** Not after the end. */
  isOver(): boolean
  /** Registers what is to be undone at the end. */
  atEnd(act: () => void): void
  end(): void
}

export function createLifetime(clock: Clock, store: Store): Lifetime {
  const undo = new Set<() => void>()
  let over = false
  const atEnd = (act: () => void) => {
    undo.add(act)
    return () => undo.delete(act)
  }
  return {
    clock: {
      now: () => clock.now(),
      after(ms, act) {
        if (over) return () => {}
        const cancel = clock.after(ms, () => {
          forget()
          act()
        })
        const forget = atEnd(cancel)
        return () => {
          forget()
          cancel()
        }
      },
    },
    store: {
      getState: () => store.getState(),
      update: (change) => {
        if (!over) store.update(change)
      },
      subscribe(listener) {
        const stop = store.subscribe(listener)
        atEnd(stop)
        return stop
      },
    },
    isOver: () => over,
    atEnd,
    end() {
      over = true
      for (const act of undo) act()
      undo.clear()
    },
  }
}
