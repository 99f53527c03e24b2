/** Owns what a refused sign-in or sign-up says, in the user's language, and beside which field. */
import { limits } from '@roost/protocol'
import { ApiError, ConnectionError } from '@roost/sdk'
import i18next from 'i18next'

export type AccountField = 'login' | 'name' | 'username' | 'email' | 'password' | 'currentPassword'

/** What is wrong; without a field it concerns the whole form. Said when shown: the language may change. */
export interface AccountProblem {
  readonly field?: AccountField
  readonly text: () => string
}

const t = i18next.getFixedT(null, 'account')
const username = { min: limits.userNameMin, max: limits.userNameMax }

const byReason: Record<string, () => AccountProblem> = {
  username_invalid: () => ({ field: 'username', text: () => t('error.usernameInvalid', username) }),
  username_taken: () => ({ field: 'username', text: () => t('error.usernameTaken') }),
  email_invalid: () => ({ field: 'email', text: () => t('error.emailInvalid') }),
  email_taken: () => ({ field: 'email', text: () => t('error.emailTaken') }),
  password_short: passwordShort,
  password_long: () => ({
    field: 'password',
    text: () => t('error.passwordLong', { max: limits.passwordMax }),
  }),
  password_common: () => ({ field: 'password', text: () => t('error.passwordCommon') }),
  password_guessable: () => ({ field: 'password', text: () => t('error.passwordGuessable') }),
  wrong_credentials: () => ({ field: 'password', text: () => t('error.wrongCredentials') }),
  wrong_password: () => ({ field: 'currentPassword', text: () => t('error.wrongPassword') }),
  sign_up_closed: () => ({ text: () => t('error.signUpClosed') }),
  setup_token_invalid: () => ({ text: () => t('error.setupTokenInvalid') }),
  invite_invalid: () => ({ text: () => t('error.inviteInvalid') }),
  invite_required: () => ({ text: () => t('error.inviteRequired') }),
  reset_invalid: () => ({ text: () => t('reset.invalid') }),
  mail_missing: () => ({ text: () => t('forgot.noMail') }),
  account_disabled: () => ({ text: () => t('error.accountDisabled') }),
}

/** For servers that name only the field. */
const byField: Record<string, () => AccountProblem> = {
  name: () => ({
    field: 'name',
    text: () => t('error.nameInvalid', { max: limits.displayNameMax }),
  }),
  username: () => ({ field: 'username', text: () => t('error.usernameInvalid', username) }),
  email: () => ({ field: 'email', text: () => t('error.emailInvalid') }),
}

function passwordShort(): AccountProblem {
  return { field: 'password', text: () => t('error.passwordShort', { min: limits.passwordMin }) }
}

/** A password that is being typed anew: what can be said without asking the server. */
export function checkLength(password: string): AccountProblem | null {
  return password.length < limits.passwordMin ? passwordShort() : null
}

/** The sentence for an error that a call to the SDK threw. */
export function describeProblem(error: unknown): AccountProblem {
  if (error instanceof ConnectionError) return { text: () => i18next.t('error.offline') }
  if (!(error instanceof ApiError)) return { text: () => i18next.t('error.tryLater') }
  if (error.code === 'rate_limited')
    return {
      text: () => i18next.t('error.rateLimited', { count: Math.ceil(error.retryAfter ?? 60) }),
    }
  const describe = byReason[error.reason ?? ''] ?? byField[error.field ?? '']
  return describe?.() ?? { text: () => i18next.t('error.tryLater') }
}
