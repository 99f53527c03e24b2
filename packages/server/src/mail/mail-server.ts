/** The mail server to hand mails to, as the environment names it. */

export interface MailServer {
  readonly host: string
  readonly port: number
  /** TLS from the first byte. Otherwise TLS is taken where it is offered, and demanded for a password. */
  readonly secure: boolean
  readonly login: { readonly user: string; readonly pass: string } | undefined
  /** The address that mails come from. */
  readonly from: string
}

const WANTED =
  'the address of a mail server, such as smtp://user:password@mail.example.org:587 or smtps://mail.example.org'

/** @param refuse told of a variable that does not fit and what it wants; never of its value, which holds a password */
export function readMailServer(
  read: (variable: string) => string | undefined,
  refuse: (variable: string, wanted: string) => Error,
): MailServer | undefined {
  const [text, from] = [read('ROOST_SMTP_URL'), read('ROOST_MAIL_FROM')]
  if (text === undefined && from === undefined) return undefined
  if (text === undefined || !URL.canParse(text)) throw refuse('ROOST_SMTP_URL', WANTED)
  const url = new URL(text)
  const fits =
    /^smtps?:$/.test(url.protocol) &&
    url.hostname !== '' &&
    /^\/?$/.test(url.pathname) &&
    `${url.search}${url.hash}` === '' &&
    (url.username === '') === (url.password === '')
  const login = fits ? readLogin(url) : undefined
  if (!login) throw refuse('ROOST_SMTP_URL', WANTED)
  if (from === undefined || !/^[^\s<>@,;"]+@[^\s<>@,;"]+$/.test(from))
    throw refuse('ROOST_MAIL_FROM', 'the address that mails come from, such as roost@example.org')
  const secure = url.protocol === 'smtps:'
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    login: login.user === '' ? undefined : login,
    from,
  }
}

function readLogin({ username, password }: URL): { user: string; pass: string } | undefined {
  try {
    return { user: decodeURIComponent(username), pass: decodeURIComponent(password) }
  } catch {
    return undefined
  }
}
