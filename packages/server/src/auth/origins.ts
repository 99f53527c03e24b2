/** Whether a request that changes something, or opens a socket, comes from our own pages. */
import type { IncomingHttpHeaders } from 'node:http'

import { AppError } from '../errors.ts'

export interface OriginPolicy {
  /** The public origin; undefined: whatever address the request was made to. */
  readonly origin: string | undefined
  readonly trustProxy: number
}

/** The origin that pages of this server have for this request. */
function ownOrigin(headers: IncomingHttpHeaders, policy: OriginPolicy): string {
  if (policy.origin !== undefined) return policy.origin
  const forwarded = policy.trustProxy > 0 ? headers['x-forwarded-proto'] : undefined
  const scheme = forwarded === 'https' ? 'https' : 'http'
  return `${scheme}://${headers.host ?? ''}`
}

/**
 * Browsers send an Origin with everything that matters here; a program that sends none has no cookie
 * that a foreign page could abuse, unless it sends a cookie.
 */
export function isAllowedOrigin(headers: IncomingHttpHeaders, policy: OriginPolicy): boolean {
  if (headers.origin === undefined) return headers.cookie === undefined
  return headers.origin === ownOrigin(headers, policy)
}

export function checkOrigin(headers: IncomingHttpHeaders, policy: OriginPolicy): void {
  if (isAllowedOrigin(headers, policy)) return
  const hint =
    policy.origin === undefined ? ' Behind a proxy, set ROOST_ORIGIN to the public address.' : ''
  throw new AppError(
    'forbidden',
    `Requests from ${headers.origin ?? 'an unknown origin'} are not allowed.${hint}`,
  )
}
