/** Frames of the socket that get lost, come twice, or overtake each other. */
import { createChance, type Chance } from '../chance.ts'
import type { Attacker } from './attacker.ts'
import { besiege } from './besiege.ts'
import { wait } from './chatter.ts'

export const frames: Attacker = {
  name: 'frames',
  about: 'frames of the socket are dropped, doubled and reordered before the SDK',
  size: { test: 5, campaign: 30 },
  run(order) {
    const fault = createFrameFault(createChance(order.seed).part('frames'))
    return besiege(order, () => ({
      line: { frames: fault.stand },
      async attack({ chance }) {
        fault.isOn = true
        await wait(200 + chance.below(400))
        fault.isOn = false
        await wait(50 + chance.below(100))
      },
      calm: ({ figures }) => {
        fault.isOn = false
        const { dropped, doubled, late } = fault.counts
        figures['frames'] = `${dropped} dropped, ${doubled} doubled, ${late} late`
      },
    }))
  },
}

function createFrameFault(chance: Chance) {
  const counts = { dropped: 0, doubled: 0, late: 0 }
  const fault = {
    isOn: false,
    counts,
    stand: (give: (frame: string) => void) => (frame: string) => {
      const kind = fault.isOn ? chance.below(10) : 9
      if (kind < 2) {
        counts.dropped += 1
        return
      }
      if (kind < 4) {
        counts.doubled += 1
        give(frame)
      }
      if (kind < 7) {
        counts.late += 1
        setTimeout(() => give(frame), chance.below(120))
        return
      }
      give(frame)
    },
  }
  return fault
}
