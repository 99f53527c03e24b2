import { z } from 'zod'

/** What anyone may know of a server before signing in. */
export const serverInfo = z.object({
  name: z.string(),
  version: z.string(),
  needsSetup: z.boolean().describe('no owner yet: sign-up is closed until the setup link is used'),
  signUp: z.enum(['open', 'closed']),
})
export type ServerInfo = z.infer<typeof serverInfo>
