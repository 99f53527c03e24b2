import { createServer } from 'node:net'

import { afterAll, describe, expect, test } from 'vitest'

import { MailCatcher } from '../testing/mail-catcher.ts'
import { Mailer } from './mailer.ts'

const catcher = await MailCatcher.start()
afterAll(() => catcher.stop())

const mail = { subject: 'Hello', text: 'secret words', html: '<p>secret words</p>' }
function start(retryAfter: number[], server = catcher.address) {
  const reports: string[] = []
  const { promise: reported, resolve } = Promise.withResolvers<void>()
  const mailer = new Mailer({
    server,
    retryAfter,
    report: (error) => {
      reports.push(String(error))
      resolve()
    },
  })
  const send = (to: string) => mailer.send({ to, mail, sender: 'Ha"rbour, <b>' })
  return { mailer, reports, reported, send }
}

test('a mail arrives as it was written, from whom it says', async () => {
  const { mailer, send, reports } = start([])
  const coming = catcher.next('alice@example.org')
  send('alice@example.org')
  const { subject, text, html, from, headers } = await coming
  expect({ subject, text: text?.trim(), html: html?.trim() }).toEqual(mail)
  expect(from).toMatchObject({ name: 'Ha"rbour, <b>', address: 'roost@example.org' })
  expect(headers).toContainEqual(
    expect.objectContaining({ key: 'auto-submitted', value: 'auto-generated' }),
  )
  await mailer.close()
  expect(reports).toEqual([])
})

describe('what the mail server does not take', () => {
  test('is tried twice more', async () => {
    const { mailer, send, reports } = start([1, 1])
    catcher.refusals.push(451, 421)
    const [first, second] = [catcher.next('bob@example.org'), catcher.next('carol@example.org')]
    const before = catcher.attempts
    send('bob@example.org')
    send('carol@example.org')
    await first
    await second
    expect(catcher.attempts - before).toBe(4)
    await mailer.close()
    expect(reports).toEqual([])
  })

  test('is reported in the end, without its words; the next one is sent', async () => {
    const { mailer, send, reports, reported } = start([1, 1])
    catcher.refusals.push(451, 451, 451)
    const next = catcher.next('carol@example.org')
    send('bob@example.org')
    send('carol@example.org')
    await reported
    await next
    expect(reports).toHaveLength(1)
    expect(reports[0]).toMatch(/^Error: A mail could not be sent: .*451/)
    expect(reports[0]).not.toContain('secret')
    await mailer.close()
  })

  test('for good is not tried again', async () => {
    const { mailer, send, reports, reported } = start([1, 1])
    catcher.refusals.push(550)
    const before = catcher.attempts
    send('bob@example.org')
    await reported
    expect(catcher.attempts - before).toBe(1)
    await mailer.close()
    expect(reports).toHaveLength(1)
  })
})

test('a server that stops waits for no mail server', async () => {
  // It takes connections and never says a word.
  const silent = createServer(() => {})
  await new Promise<void>((resolve) => {
    silent.listen(0, '127.0.0.1', resolve)
  })
  const address = silent.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const connected = new Promise((resolve) => {
    silent.once('connection', resolve)
  })
  const { mailer, send, reports } = start([60_000], { ...catcher.address, port })
  send('alice@example.org')
  send('bob@example.org')
  await connected
  await mailer.close()
  expect(reports).toEqual(Array(2).fill('Error: A mail could not be sent: the server is stopping.'))
  silent.close()
})

test('without a mail server nothing is sent', async () => {
  const reports: unknown[] = []
  const mailer = new Mailer({ server: undefined, report: (error) => reports.push(error) })
  expect(mailer.isSet).toBe(false)
  mailer.send({ to: 'alice@example.org', mail, sender: 'Roost' })
  await mailer.close()
  expect(reports).toEqual([])
})
