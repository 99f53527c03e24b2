/** A real mail server for a test: it keeps what it is given, and refuses what it is told to. */
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer } from 'smtp-server'

import type { MailServer } from '../mail/mail-server.ts'

export class MailCatcher {
  readonly mails: Email[] = []
  /** Answers for the next attempts, one each, before mails are taken again. */
  readonly refusals: number[] = []
  attempts = 0
  readonly #server: SMTPServer
  readonly #waiting = new Set<() => void>()

  private constructor() {
    this.#server = new SMTPServer({
      disabledCommands: ['STARTTLS', 'AUTH'],
      onData: (stream, _session, done) => {
        this.#take(stream).then(
          () => done(),
          (error: Error) => done(error),
        )
      },
    })
  }

  static async start(): Promise<MailCatcher> {
    const catcher = new MailCatcher()
    await new Promise<void>((resolve) => {
      catcher.#server.listen(0, '127.0.0.1', resolve)
    })
    return catcher
  }

  /** What a Roost is told of this server. */
  get address(): MailServer {
    const { port } = this.#server.server.address() as AddressInfo
    return {
      host: '127.0.0.1',
      port,
      secure: false,
      login: undefined,
      from: 'roost@example.org',
    }
  }

  /** The first mail that comes to this address from now on. */
  async next(address: string): Promise<Email> {
    const from = this.mails.length
    for (;;) {
      const mail = this.mails
        .slice(from)
        .find(({ to }) => to?.some((recipient) => recipient.address === address))
      if (mail) return mail
      await new Promise<void>((resolve) => this.#waiting.add(resolve))
    }
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.#server.close(resolve))
  }

  async #take(stream: NodeJS.ReadableStream): Promise<void> {
    const raw = await text(stream)
    this.attempts++
    const refusal = this.refusals.shift()
    if (refusal !== undefined) throw Object.assign(new Error('Not now'), { responseCode: refusal })
    this.mails.push(await PostalMime.parse(raw))
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }
}
