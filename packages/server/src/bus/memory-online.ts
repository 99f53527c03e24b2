/** Who is online where there is one process. */
import type { Online } from './online.ts'

export function memoryOnline(): Online {
  const here = new Set<string>()
  return {
    async add(userId) {
      here.add(userId)
    },
    async remove(userId) {
      here.delete(userId)
      return false
    },
    find: async (userIds) => new Set(userIds.filter((id) => here.has(id))),
    count: async () => here.size,
    async close() {
      here.clear()
    },
  }
}
