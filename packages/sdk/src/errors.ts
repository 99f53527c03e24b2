/** The ways in which a call can fail. A caller decides by class: refused, unknown, or not a Roost server. */
import type { ErrorBody } from '@roost/protocol'

/**
 * The server understood the request and refused it.
 * `code` is one of `errorCodes` of the protocol; `reason` one of `errorReasons`, where it says more.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: string
  /** The HTTP status. */
  readonly status: number
  /** The field of the request that is at fault. */
  readonly field: string | undefined
  readonly reason: string | undefined
  /** Seconds after which the same request may be sent again. */
  readonly retryAfter: number | undefined
  /** For the administrator: the server's log names the request by it. */
  readonly requestId: string | undefined

  constructor(status: number, { error }: ErrorBody) {
    super(error.message)
    this.status = status
    this.code = error.code
    this.field = error.field
    this.reason = error.reason
    this.retryAfter = error.retryAfter
    this.requestId = error.requestId
  }
}

/** No answer came: whether the request was carried out is unknown. Repeat it under the same id. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError'
}

/** What answered does not speak this protocol: a proxy's page, or a server of another version. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
}

/** Whether the same request may succeed later as it is. */
export function isTemporary(error: unknown): boolean {
  if (error instanceof ApiError)
    return error.status >= 500 || error.status === 429 || error.status === 408
  return error instanceof ConnectionError || error instanceof ProtocolError
}

export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401
}

/** Whether a thing does not exist, or not for me. */
export function isGone(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 404 || error.status === 403)
}
