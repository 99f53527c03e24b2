/**
 * Sends mails, one after another, after whoever asked for them has been answered. A mail that the
 * server does not take is tried twice more; what fails for good is reported without its words, in
 * which there may be a link.
 */
import type { MailServer } from './mail-server.ts'
import type { Mail } from './mails.ts'

interface Letter {
  readonly to: string
  readonly mail: Mail
  /** What the server calls itself. */
  readonly sender: string
}

/** More than wait at once when somebody plays with the server, or the mail server is away. */
const QUEUED = 1_000
const PATIENCE = 15_000
/** For the mail under way when the server stops. */
const GRACE = 2_000
const RETRY_AFTER = [5_000, 60_000]

export class Mailer {
  readonly #server: MailServer | undefined
  readonly #report: (error: unknown) => void
  readonly #retryAfter: readonly number[]
  readonly #closing = new AbortController()
  readonly #letters: Letter[] = []
  #sending: Promise<void> | undefined

  /** @param options `server` is undefined where none is set: then mails go nowhere */
  constructor(options: {
    server: MailServer | undefined
    report: (error: unknown) => void
    /** Milliseconds before each further attempt. */
    retryAfter?: readonly number[]
  }) {
    this.#server = options.server
    this.#report = options.report
    this.#retryAfter = options.retryAfter ?? RETRY_AFTER
  }

  /** Whether there is a mail server. */
  get isSet(): boolean {
    return this.#server !== undefined
  }

  /** Takes a mail on. Never throws and never waits. */
  send(letter: Letter): void {
    if (!this.#server || this.#closing.signal.aborted) return
    if (this.#letters.length >= QUEUED)
      return this.#report(new Error('A mail was dropped: too many are waiting.'))
    this.#letters.push(letter)
    this.#sending ??= this.#sendAll(this.#server)
  }

  /** Waits no longer for servers that do not answer: what is not sent then is reported. */
  async close(): Promise<void> {
    this.#closing.abort()
    await this.#sending
  }

  async #sendAll(server: MailServer): Promise<void> {
    for (let letter = this.#letters.shift(); letter; letter = this.#letters.shift())
      await this.#sendOne(server, letter).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error)
        this.#report(new Error(`A mail could not be sent: ${reason}`))
      })
    this.#sending = undefined
  }

  async #sendOne(server: MailServer, letter: Letter): Promise<void> {
    for (let attempt = 0; ; attempt++)
      try {
        return await this.#attempt(server, letter)
      } catch (error) {
        const wait = this.#retryAfter[attempt]
        if (wait === undefined || isFinal(error) || this.#closing.signal.aborted) throw error
        await this.#pause(wait)
      }
  }

  async #attempt(server: MailServer, { to, mail, sender }: Letter): Promise<void> {
    // Most servers have nobody to send a mail to while they start.
    const { createTransport } = await import('nodemailer')
    if (this.#closing.signal.aborted) throw stopping()
    const { host, port, secure, login, from } = server
    const transport = createTransport({
      host,
      port,
      secure,
      ...(login && { auth: login, requireTLS: !isLocal(host) }),
      connectionTimeout: PATIENCE,
      greetingTimeout: PATIENCE,
      socketTimeout: PATIENCE,
      dnsTimeout: PATIENCE,
      disableFileAccess: true,
      disableUrlAccess: true,
    })
    const sent = transport.sendMail({
      from: { name: sender, address: from },
      to,
      subject: mail.subject,
      text: mail.text,
      html: mail.html,
      // Nobody's holiday notice answers a machine.
      headers: { 'Auto-Submitted': 'auto-generated' },
    })
    const { signal } = this.#closing
    const cutShort = Promise.withResolvers<never>()
    const stop = () => setTimeout(() => cutShort.reject(stopping()), GRACE).unref()
    signal.addEventListener('abort', stop)
    try {
      await Promise.race([sent, cutShort.promise])
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }

  #pause(wait: number): Promise<void> {
    const { signal } = this.#closing
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, wait)
      signal.addEventListener('abort', done)
    })
  }
}

const stopping = () => new Error('the server is stopping.')

/** The server said no, and will say so again. */
function isFinal(error: unknown): boolean {
  return (
    error instanceof Error &&
    'responseCode' in error &&
    typeof error.responseCode === 'number' &&
    error.responseCode >= 500
  )
}

const isLocal = (host: string) => /^(localhost|127(\.\d+){3}|::1)$/.test(host)
