import { memoryOnline } from './memory-online.ts'
import { describeOnline } from './online-contract.ts'

describeOnline('in memory', async () => {
  const online = memoryOnline()
  return { online, stop: () => online.close() }
})
