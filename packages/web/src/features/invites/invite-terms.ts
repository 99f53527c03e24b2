/** Owns the terms one chooses from for a link, and how a link and what is left of it are written. */
import type { Invite } from '@roost/protocol'

const day = 86_400_000
export const lives = { day, week: 7 * day, month: 30 * day, ever: null } as const
export type Life = keyof typeof lives
export const uses = { one: 1, ten: 10, any: null } as const
export type Uses = keyof typeof uses

/** The address to pass on: that of this page, which is known to lead here. */
export function inviteLink(token: string, origin: string = location.origin): string {
  return `${origin}/invite/${encodeURIComponent(token)}`
}

/** How often a link can still be used; null for any number of times. */
export function usesLeft({ maxUses, uses: used }: Invite): number | null {
  return maxUses === null ? null : Math.max(0, maxUses - used)
}
