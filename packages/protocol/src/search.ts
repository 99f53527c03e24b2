import * as z from 'zod/mini'

import { message } from './message.ts'
import { user } from './user.ts'

/**
 * Messages that match, newest first. `complete` is false while older messages are still being
 * indexed, after an import or a crash.
 */
export const searchPage = z.object({
  messages: z.array(message),
  users: z.array(user),
  complete: z.boolean(),
  nextCursor: z.optional(z.string()),
})
export type SearchPage = z.infer<typeof searchPage>
