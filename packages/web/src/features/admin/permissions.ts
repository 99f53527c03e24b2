import type { AdminUser, ServerRole } from '@roost/protocol'

/** What the server lets me do to an account; it decides, this only spares what it would refuse. */
export interface Permissions {
  readonly rename: boolean
  /** Disable, sign out, make a reset link, delete. */
  readonly act: boolean
  readonly setRole: boolean
}

export function permissionsOn(
  me: { readonly id: string; readonly role: ServerRole },
  user: AdminUser,
): Permissions {
  const own = me.id === user.id
  const owner = me.role === 'owner'
  const manages = owner || user.role === 'user'
  return { rename: own || manages, act: !own && manages, setRole: !own && owner }
}
