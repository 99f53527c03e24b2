import { describe, expect, test } from 'vitest'

import { mailTexts, type Language, type MailKind } from './mail-texts.ts'
import { writeMail } from './mails.ts'

const kinds: MailKind[] = ['resetRequested', 'resetLinkMade', 'passwordChanged', 'emailChanged']
const languages = Object.keys(mailTexts) as Language[]
const content = {
  kind: 'resetRequested',
  locale: 'en',
  name: 'Alice',
  serverName: 'Harbour',
  helpContact: null,
} as const

describe.each(languages)('in %s', (locale) => {
  test.each(kinds)('%s names the person and the server, and is complete', (kind) => {
    const link = 'https://chat.example.org/reset/x'
    const mail = writeMail({ ...content, kind, locale, link, helpContact: 'Ada, room 7' })
    expect(mail.subject).toContain('Harbour')
    for (const body of [mail.text, mail.html])
      for (const part of ['Alice', 'Harbour', link, 'Ada, room 7']) expect(body).toContain(part)
    expect(JSON.stringify(mail)).not.toMatch(/\{\w+\}|undefined|null/)
    expect(mail.html).toContain(`lang="${locale}" dir="${locale === 'ar' ? 'rtl' : 'ltr'}"`)
    expect(mail.html).not.toMatch(/src=|url\(|<script|<link/)
  })
})

test.each([
  [null, 'en'],
  ['', 'en'],
  ['fr', 'en'],
  ['EN-GB', 'en'],
  ['de-AT', 'de'],
  ['zh', 'zh-CN'],
  ['zh-Hant-TW', 'zh-CN'],
  ['ar-EG', 'ar'],
  ['constructor', 'en'],
])('a locale of %s is served in %s', (locale, language) => {
  expect(writeMail({ ...content, locale }).html).toContain(`<html lang="${language}"`)
})

test('nothing that a name says becomes part of the page', () => {
  const { html, text } = writeMail({
    ...content,
    name: '<img src=x onerror=alert(1)>{server}&"',
    serverName: '{name}</p>',
    link: 'https://chat.example.org/"><script>',
  })
  expect(html).not.toMatch(/<img|<script|<\/p>\{|onerror=alert\(1\)>/)
  expect(text).toContain('<img src=x onerror=alert(1)>{server}&"')
})
