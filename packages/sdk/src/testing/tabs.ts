/** Several clients of one process as the tabs of a browser, of which a test can freeze or kill any. */
import type { Member, Tabs } from '../tabs.ts'

interface Seated {
  readonly name: string
  readonly member: Member
  frozen: boolean
  left: boolean
  /** What it has not heard yet, being frozen. */
  readonly held: (() => void)[]
}

export interface TestTabs extends Tabs {
  /** This tab hears nothing more, and its lock stays with it, until it thaws. */
  freeze(): void
  thaw(): void
  /** It is gone without a word. */
  kill(): void
}

/** @returns a function that opens another tab of the same browser */
export function createTestBrowser(): () => TestTabs {
  /** In the order in which they may lead. */
  let queue: Seated[] = []
  const leaders = new Map<string, Seated>()
  const everybody = new Set<Seated>()

  function give(seated: Seated, act: () => void) {
    queueMicrotask(() => {
      if (seated.left) return
      if (seated.frozen) seated.held.push(act)
      else act()
    })
  }

  function lead(seated: Seated, stolen: boolean) {
    queue = queue.filter((other) => other !== seated)
    leaders.set(seated.name, seated)
    give(seated, () => {
      if (leaders.get(seated.name) === seated) seated.member.leads(stolen)
    })
  }

  function leave(seated: Seated) {
    seated.left = true
    everybody.delete(seated)
    queue = queue.filter((other) => other !== seated)
    if (leaders.get(seated.name) !== seated) return
    leaders.delete(seated.name)
    const next = queue.find(({ name }) => name === seated.name)
    if (next) lead(next, false)
  }

  return () => {
    let mine: Seated | null = null
    return {
      join(name, member) {
        const seated: Seated = { name, member, frozen: false, left: false, held: [] }
        mine = seated
        everybody.add(seated)
        if (leaders.has(name)) queue.push(seated)
        else lead(seated, false)
        return {
          tell(message) {
            const text = JSON.stringify(message)
            for (const other of everybody)
              if (other !== seated && other.name === name)
                give(other, () => other.member.hears(JSON.parse(text)))
          },
          takeOver() {
            const before = leaders.get(name)
            if (before === seated) return
            if (before) {
              queue.push(before)
              give(before, () => before.member.follows())
            }
            lead(seated, true)
          },
          leave: () => leave(seated),
        }
      },
      freeze() {
        if (mine) mine.frozen = true
      },
      thaw() {
        if (!mine) return
        mine.frozen = false
        for (const act of mine.held.splice(0)) act()
      },
      kill() {
        if (mine) leave(mine)
      },
    }
  }
}
