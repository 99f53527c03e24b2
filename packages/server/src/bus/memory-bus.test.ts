import { describeBus } from './bus-contract.ts'
import { memoryBus } from './memory-bus.ts'

describeBus('in memory', async () => {
  const reports: unknown[] = []
  return {
    bus: memoryBus((error) => reports.push(error)),
    reports,
    settle: async () => {},
    stop: async () => {},
  }
})
