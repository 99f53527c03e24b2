import * as z from 'zod/mini'

/** Every error code on the wire: its HTTP status, and whether the same request may be sent again. */
export const errorCodes = {
  bad_request: { status: 400, retryable: false },
  unauthenticated: { status: 401, retryable: false },
  /** The caller may know that the thing exists, but not do this to it. */
  forbidden: { status: 403, retryable: false },
  /** It does not exist, or the caller may not know that it does. */
  not_found: { status: 404, retryable: false },
  conflict: { status: 409, retryable: false },
  too_large: { status: 413, retryable: false },
  rate_limited: { status: 429, retryable: true },
  internal: { status: 500, retryable: true },
  /** Nothing is known to be stored: send the same id again. */
  unavailable: { status: 503, retryable: true },
} as const
export type ErrorCode = keyof typeof errorCodes

/**
 * Finer than the code, for programs that want to put a sentence of their own in the user's language
 * beside the right field. Absent where the code says enough.
 */
export const errorReasons = [
  'username_invalid',
  'username_taken',
  'email_invalid',
  'email_taken',
  'password_short',
  'password_long',
  'password_common',
  'password_guessable',
  'wrong_credentials',
  'sign_up_closed',
  'setup_token_invalid',
  'account_disabled',
  'join_first',
  'admin_only',
  'invite_invalid',
  'invite_required',
  'reset_invalid',
  'wrong_password',
  'room_archived',
  'message_deleted',
  'last_owner',
  'owner_only',
  'yourself',
  'not_yours',
  'setting_locked',
  'mail_missing',
  'picture_invalid',
  'picture_too_large',
  'too_many_reactions',
] as const
export type ErrorReason = (typeof errorReasons)[number]

/** The body of every answer that is not a success. `retryAfter` is in seconds. */
export const errorBody = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    field: z.optional(z.string()),
    reason: z.optional(z.string()),
    retryAfter: z.optional(z.number()),
    requestId: z.optional(z.string()),
  }),
})
export type ErrorBody = z.infer<typeof errorBody>
