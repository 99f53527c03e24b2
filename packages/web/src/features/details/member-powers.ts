/** Owns what one member may do to another. The server has the last word; this is what is offered. */
import type { Role } from '@roost/protocol'

export type Power = 'makeAdmin' | 'endAdmin' | 'stepDown' | 'handOver' | 'remove'

/** The owner gives roles and removes anyone; administrators remove members, and may step down. */
export function powersOver(them: { role: Role; isMe: boolean }, mine: Role | undefined): Power[] {
  if (them.isMe) return mine === 'admin' ? ['stepDown'] : []
  if (mine === 'admin') return them.role === 'member' ? ['remove'] : []
  if (mine !== 'owner') return []
  return [them.role === 'admin' ? 'endAdmin' : 'makeAdmin', 'handOver', 'remove']
}

/** Owners and administrators change a room, as long as it is not archived. */
export function maySteer(room: {
  membership: { role: Role } | null
  archivedAt: number | null
}): boolean {
  return room.archivedAt === null && isSteering(room.membership?.role)
}

export function isSteering(role: Role | undefined): boolean {
  return role === 'owner' || role === 'admin'
}
