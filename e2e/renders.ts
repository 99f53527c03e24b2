/**
 * Counts what React draws anew: every component that rendered, by the row it stands in. React reports each
 * commit to the hook of its developer tools, in the app as it is shipped too, and marks what did work.
 */
import type { BrowserContext, Page } from '@playwright/test'

/** What the counter reads of React's tree. */
interface Fiber {
  readonly tag: number
  readonly flags: number
  readonly type: unknown
  readonly stateNode: unknown
  readonly child: Fiber | null
  readonly sibling: Fiber | null
  readonly alternate: Fiber | null
}

interface Counting {
  /** How many components rendered, by the row they stand in. */
  readonly renders: Map<Element, number>
}

type Watched = typeof globalThis & { counting?: Counting }

/** To be called before the first page of this browser is opened. */
export async function countRenders(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const didWork = 1
    // Functions, with and without a ref or a memo; and what stands in the document.
    const components = new Set([0, 11, 14, 15])
    const host = 5
    const counting: Counting = { renders: new Map() }

    const elementOf = (fiber: Fiber): Element | null => {
      if (fiber.tag === host) return fiber.stateNode instanceof Element ? fiber.stateNode : null
      for (let child = fiber.child; child; child = child.sibling) {
        const found = elementOf(child)
        if (found) return found
      }
      return null
    }
    const count = (fiber: Fiber, within: Element | null) => {
      const row = (elementOf(fiber) ?? within)?.closest('[data-index], li[aria-posinset]')
      if (row) counting.renders.set(row, (counting.renders.get(row) ?? 0) + 1)
    }
    const visit = (fiber: Fiber, before: Fiber | null, within: Element | null) => {
      if (components.has(fiber.tag) && (fiber.flags & didWork) !== 0) count(fiber, within)
      // The very same children: React did not get there, and their marks are of an earlier time.
      if (before && fiber.child === before.child) return
      const inside = fiber.tag === host ? elementOf(fiber) : within
      for (let child = fiber.child; child; child = child.sibling)
        visit(child, child.alternate, inside)
    }
    Object.assign(globalThis, {
      counting,
      __REACT_DEVTOOLS_GLOBAL_HOOK__: {
        supportsFiber: true,
        inject: () => 1,
        onCommitFiberRoot: (_id: number, { current }: { current: Fiber }) =>
          visit(current, current.alternate, null),
        onCommitFiberUnmount() {},
      },
    })
  })
}

/** Begins anew. */
export function forgetRenders(page: Page): Promise<void> {
  return page.evaluate(() => (globalThis as Watched).counting?.renders.clear())
}

/** The text of each row, of a chat or of the list of them, in which anything rendered since. */
export function readRenders(page: Page): Promise<{ messages: string[]; chats: string[] }> {
  return page.evaluate(() => {
    const rows = [...((globalThis as Watched).counting?.renders.keys() ?? [])]
    const texts = (selector: string) =>
      rows.filter((row) => row.matches(selector)).map((row) => row.textContent)
    return { messages: texts('[data-index]'), chats: texts('li') }
  })
}
