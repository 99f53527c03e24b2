/** A bad network, by a proxy of our own between the clients and the server. */
import { createChance } from '../chance.ts'
import type { Attacker } from './attacker.ts'
import { besiege } from './besiege.ts'
import { wait } from './chatter.ts'
import { moods, TcpProxy } from './tcp-proxy.ts'

export const network: Attacker = {
  name: 'network',
  about: 'TCP is delayed, reset, half open, cut into single bytes, or leads nowhere',
  size: { test: 5, campaign: 30 },
  run(order) {
    const proxy = new TcpProxy(createChance(order.seed).part('proxy'))
    const [, ...bad] = moods
    let attack = 0
    const times = new Map<string, number>()
    return besiege(order, () => ({
      reached: (url) => proxy.listen(url),
      async attack({ chance, figures }) {
        // Each in its turn: a short run has met all of them.
        const mood = bad[attack % bad.length] ?? 'reset'
        attack += 1
        proxy.mood = mood
        await wait(200 + chance.below(400))
        proxy.mood = 'fine'
        await wait(100 + chance.below(200))
        times.set(mood, (times.get(mood) ?? 0) + 1)
        figures['moods'] = [...times].map(([name, count]) => `${name} ${count}`).join(', ')
      },
      calm: () => void (proxy.mood = 'fine'),
      close: () => proxy.close(),
    }))
  },
}
