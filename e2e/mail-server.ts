/** A real mail server, which keeps what it is given for a journey to open. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer } from 'smtp-server'

interface MailServer extends AsyncDisposable {
  /** What a Roost has to be told of it. */
  readonly env: { readonly ROOST_SMTP_URL: string; readonly ROOST_MAIL_FROM: string }
  readonly mails: readonly Email[]
  /** The first mail to this address, also one that has come already. */
  mailTo(address: string): Promise<Email>
}

export async function startMailServer(): Promise<MailServer> {
  const mails: Email[] = []
  const arrivals = new EventTarget()
  const take = async (stream: NodeJS.ReadableStream) => {
    mails.push(await PostalMime.parse(await buffer(stream)))
    arrivals.dispatchEvent(new Event('mail'))
  }
  const smtp = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData: (stream, _session, done) => void take(stream).then(() => done(), done),
  })
  smtp.listen(0, '127.0.0.1')
  await once(smtp.server, 'listening')
  const { port } = smtp.server.address() as AddressInfo
  return {
    env: { ROOST_SMTP_URL: `smtp://127.0.0.1:${port}`, ROOST_MAIL_FROM: 'roost@example.org' },
    mails,
    async mailTo(address) {
      for (;;) {
        const mail = mails.find(({ to = [] }) => to.some((one) => one.address === address))
        if (mail) return mail
        await new Promise((resolve) => arrivals.addEventListener('mail', resolve, { once: true }))
      }
    },
    [Symbol.asyncDispose]: () => new Promise((resolve) => smtp.close(resolve)),
  }
}
