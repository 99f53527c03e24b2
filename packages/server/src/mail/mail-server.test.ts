import { expect, test } from 'vitest'

import { ConfigError, readConfig } from '../config.ts'

const read = (ROOST_SMTP_URL?: string, ROOST_MAIL_FROM?: string) =>
  readConfig({ ROOST_SMTP_URL, ROOST_MAIL_FROM }, '/').mail
const from = 'roost@example.org'

test.each([
  ['smtp://mail.example.org', { host: 'mail.example.org', port: 587, secure: false }],
  ['smtps://mail.example.org/', { host: 'mail.example.org', port: 465, secure: true }],
  ['smtp://[::1]:2525', { host: '::1', port: 2525, login: undefined }],
  [
    'smtp://me%40example.org:p%2Fw%3A@mail.example.org:25',
    { port: 25, login: { user: 'me@example.org', pass: 'p/w:' } },
  ],
])('%s is a mail server', (url, server) => {
  expect(read(url, from)).toMatchObject({ ...server, from })
})

test.each([
  ['ROOST_SMTP_URL', 'mail.example.org:587', from],
  ['ROOST_SMTP_URL', 'http://secret:secret@mail.example.org', from],
  ['ROOST_SMTP_URL', 'smtp://mail.example.org/path?secret', from],
  ['ROOST_SMTP_URL', 'smtp://secret@mail.example.org', from],
  ['ROOST_SMTP_URL', 'smtp://me:secret%zz@mail.example.org', from],
  ['ROOST_SMTP_URL', undefined, from],
  ['ROOST_MAIL_FROM', 'smtp://me:secret@mail.example.org', undefined],
  ['ROOST_MAIL_FROM', 'smtp://me:secret@mail.example.org', 'Roost <roost@example.org>'],
  ['ROOST_MAIL_FROM', 'smtp://me:secret@mail.example.org', 'roost'],
])('%s is refused in one sentence that repeats no password', (variable, url, sender) => {
  const reading = () => read(url, sender)
  expect(reading).toThrow(ConfigError)
  expect(reading).toThrow(new RegExp(`^${variable} must be [^\\n]+\\.$`))
  expect(reading).not.toThrow('secret')
})
