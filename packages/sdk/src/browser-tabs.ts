/** The windows of a browser: a Web Lock says who leads, a BroadcastChannel carries what they say. */
import type { Member, Seat, Tabs } from './tabs.ts'

/** Undefined where a page has no locks, as one without https: there every window leads. */
export function browserTabs(): Tabs | undefined {
  if (!('locks' in navigator) || !('BroadcastChannel' in globalThis)) return undefined
  return { join }
}

function join(name: string, member: Member): Seat {
  const channel = new BroadcastChannel(name)
  channel.onmessage = ({ data }: MessageEvent<unknown>) => member.hears(data)
  let left = false
  let release = () => {}
  let stopQueueing = new AbortController()

  /** Holds the lock until `release`, or until somebody steals it. */
  function hold(stolen: boolean): Promise<void> {
    if (left) return Promise.resolve()
    member.leads(stolen)
    return new Promise((resolve) => {
      release = resolve
    })
  }

  function queue() {
    stopQueueing = new AbortController()
    const { signal } = stopQueueing
    const asked = navigator.locks.request(name, { signal }, () => hold(false))
    asked.catch(() => {
      if (!signal.aborted) lose()
    })
  }

  function lose() {
    if (left) return
    member.follows()
    queue()
  }

  queue()
  return {
    tell: (message) => channel.postMessage(message),
    takeOver() {
      stopQueueing.abort()
      navigator.locks.request(name, { steal: true }, () => hold(true)).catch(lose)
    },
    leave() {
      left = true
      stopQueueing.abort()
      release()
      channel.close()
    },
  }
}
