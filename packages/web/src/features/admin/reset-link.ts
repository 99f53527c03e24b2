import type { ResetLink } from '@roost/protocol'

/** The whole address: the server's own where it knows one, else that of this page. */
export function resetAddress(
  { path, url }: Pick<ResetLink, 'path' | 'url'>,
  origin: string = location.origin,
): string {
  return url ?? new URL(path, origin).href
}
