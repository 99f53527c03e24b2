/** How many of the durable frames on a socket have arrived, to be compared with how many were sent. */
import type { LenientServerFrame } from '@roost/protocol'

export interface FrameCount {
  note(frame: LenientServerFrame): void
  /** Whether all that were `sent` have come. From then on they count as settled. */
  settle(sent: number): boolean
}

export function createFrameCount(): FrameCount {
  let settled = 0
  // One that comes twice must not make up for another that is missing.
  let fresh = new Set<string>()
  let earlier = new Set<string>()
  return {
    note(frame) {
      if (frame.type !== 'event' && frame.type !== 'userEvent') return
      const log = frame.type === 'event' ? frame.conversationId : 'mine'
      const key = `${log} ${frame.seq}`
      if (!earlier.has(key)) fresh.add(key)
    },
    settle(sent) {
      const came = settled + fresh.size
      earlier = fresh
      fresh = new Set()
      settled = sent
      return came === sent
    },
  }
}
