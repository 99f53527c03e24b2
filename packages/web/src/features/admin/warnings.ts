import type { Health } from '@roost/protocol'

/** Less than this fills up before anybody looks again. */
const lowDisk = 1_000_000_000

export type Warning = 'disk' | 'origin' | 'mail'

/** What an administrator should do something about, the worst first. */
export function findWarnings(health: Pick<Health, 'mail' | 'origin' | 'freeBytes'>): Warning[] {
  const found: Warning[] = []
  if (health.freeBytes !== null && health.freeBytes < lowDisk) found.push('disk')
  if (health.origin === null) found.push('origin')
  if (!health.mail) found.push('mail')
  return found
}
