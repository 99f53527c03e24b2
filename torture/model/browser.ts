/** What the tabs of one browser share: a session, a storage, and the lock that says who leads. */
import type { ClientStorage, Tabs } from '@roost/sdk'

import { createTestBrowser } from '../../packages/sdk/src/testing/tabs.ts'
import type { Person, Session } from './model-server.ts'
import type { VirtualTime } from './virtual-time.ts'

/** What must have become of a session; `unknown` where nobody was told. */
export type Fate = 'live' | 'ended' | 'unknown'

export class Browser {
  readonly person: Person
  readonly #stored = new Map<string, string>()
  readonly #pause: () => Promise<void>
  readonly openTab: () => Tabs = createTestBrowser()
  session: Session
  fate: Fate = 'live'
  #last: Promise<unknown> = Promise.resolve()

  constructor(
    person: Person,
    session: Session,
    world: { time: VirtualTime; chance: () => number },
  ) {
    this.person = person
    this.session = session
    this.#pause = () => world.time.pause(Math.floor(world.chance() * 20))
  }

  /** Whether anything is stored of what somebody has read. */
  get keepsCache(): boolean {
    return [...this.#stored.keys()].some((key) => key.startsWith('cache/'))
  }

  /** For one life of a tab: what it writes takes a moment, and after its end leaves things as they were. */
  storageFor(isAlive: () => boolean): ClientStorage {
    return {
      read: (prefix) =>
        this.#inOrder(() =>
          [...this.#stored]
            .filter(([key]) => key.startsWith(prefix))
            .toSorted(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, value]) => [key, JSON.parse(value) as unknown] as const),
        ),
      write: (changes) => {
        const texts = changes.map(
          ([key, value]) => [key, value === null ? null : JSON.stringify(value)] as const,
        )
        return this.#inOrder(() => {
          if (!isAlive()) return
          for (const [key, text] of texts)
            if (text === null) this.#stored.delete(key)
            else this.#stored.set(key, text)
        })
      },
    }
  }

  #inOrder<T>(act: () => T): Promise<T> {
    const done = this.#last.then(this.#pause).then(act)
    this.#last = done
    return done
  }
}
