import { describe, expect, test } from 'vitest'

import { linkify } from './linkify.ts'

const links = (text: string) =>
  linkify(text)
    .filter(({ href }) => href)
    .map(({ text: shown, href }) => [shown, href])
const joined = (text: string) =>
  linkify(text)
    .map((segment) => segment.text)
    .join('')

describe('finds', () => {
  test.each([
    ['see https://tides.example/moewenbucht now', 'https://tides.example/moewenbucht'],
    ['http://localhost:8000/c/1', 'http://localhost:8000/c/1'],
    ['HTTPS://Example.org', 'HTTPS://Example.org'],
    ['(https://example.org/a)', 'https://example.org/a'],
    ['https://en.wikipedia.org/wiki/Roost_(bird)', 'https://en.wikipedia.org/wiki/Roost_(bird)'],
    ['https://en.wikipedia.org/wiki/Roost_(bird)).', 'https://en.wikipedia.org/wiki/Roost_(bird)'],
    ['Really, https://example.org/?a=1&b=2!', 'https://example.org/?a=1&b=2'],
    ['好的https://例え.jp/道。谢谢', null],
    ['好的 https://例え.jp/道。谢谢', 'https://例え.jp/道'],
    ['“https://example.org”', 'https://example.org'],
    ['a\nhttps://example.org\nb', 'https://example.org'],
  ])('%s', (text, shown) => {
    expect(links(text).map(([first]) => first)).toEqual(shown === null ? [] : [shown])
    expect(joined(text)).toBe(text)
  })

  test('www without a scheme, as https', () => {
    expect(links('www.example.org/a')).toEqual([['www.example.org/a', 'https://www.example.org/a']])
  })

  test('several, in their order, and every other character', () => {
    const text = 'one https://a.example, two www.b.example. three'
    expect(links(text).map(([shown]) => shown)).toEqual(['https://a.example', 'www.b.example'])
    expect(joined(text)).toBe(text)
  })
})

describe('leaves alone', () => {
  test.each([
    'javascript:alert(1)',
    'JaVaScRiPt://example.org/%0aalert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:msgbox(1)',
    'file:///etc/passwd',
    'ftp://example.org',
    'https://',
    'http://.',
    'www.',
    'www.x',
    'name@www.example.org',
    'https://user:secret@evil.example',
    'https://bank.example@evil.example/',
    'xhttps://example.org',
  ])('%s', (text) => {
    expect(links(text)).toEqual([])
    expect(joined(text)).toBe(text)
  })
})

describe('hostile input', () => {
  test('markup ends an address and stays text', () => {
    const text = 'https://example.org/"><img src=x onerror=alert(1)>'
    expect(links(text)).toEqual([['https://example.org/', 'https://example.org/']])
    expect(joined(text)).toBe(text)
  })

  test.each(['\u202E', '\u2066', '\u200B', '\uFEFF', '\u0000'])(
    'an invisible character ends an address (%j)',
    (hidden) => {
      const [link] = links(`https://example.org/${hidden}gpj.exe`)
      expect(link?.[1]).toBe('https://example.org/')
    },
  )

  test.each([
    ['brackets', `https://example.org/${'('.repeat(9_000)}`],
    ['closing brackets', `https://example.org/${')'.repeat(9_000)}`],
    ['dots', `https://example.org/${'.'.repeat(9_000)}`],
    ['schemes', 'https://'.repeat(1_200)],
    ['www', 'www.'.repeat(2_400)],
    ['addresses', 'http://a.b '.repeat(900)],
  ])('10,000 characters of %s take under 50 ms', (_, text) => {
    // The best of three: a busy machine is no fault of the text.
    const times = [1, 2, 3].map(() => {
      const start = performance.now()
      expect(joined(text)).toBe(text)
      return performance.now() - start
    })
    expect(Math.min(...times)).toBeLessThan(50)
  })
})
