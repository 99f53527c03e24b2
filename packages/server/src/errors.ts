/** The one error that reaches a caller with its words. Everything else is a bug and is logged. */
import { errorCodes, type ErrorCode, type ErrorReason } from '@roost/protocol'

export class AppError extends Error {
  readonly code: ErrorCode
  readonly field: string | undefined
  readonly reason: ErrorReason | undefined
  /** Seconds. */
  readonly retryAfter: number | undefined

  constructor(
    code: ErrorCode,
    message: string,
    more: { field?: string; reason?: ErrorReason; retryAfter?: number } = {},
  ) {
    super(message)
    this.code = code
    this.field = more.field
    this.reason = more.reason
    this.retryAfter = more.retryAfter
  }

  get status(): number {
    return errorCodes[this.code].status
  }
}

export const notFound = () =>
  new AppError('not_found', 'There is nothing here, or it is not yours to see.')
export const conflict = () =>
  new AppError('conflict', 'This clientId was used for something else. Make a new one.', {
    field: 'clientId',
  })

/** What went wrong while a request was answered. Not written into its cause: others may share that. */
export class RequestError extends Error {
  readonly where: { readonly requestId: string; readonly method: string; readonly route: string }

  constructor(where: RequestError['where'], cause: Error) {
    super(`${where.requestId} ${where.method} ${where.route}: ${cause.message}`, { cause })
    this.where = where
  }
}
