import { expect, test } from 'vitest'

import { resources } from './en.ts'
import admin from './en/admin.json'

const areas = new Set([...Object.keys(resources), 'admin'])
const sources = Object.values(
  import.meta.glob<string>(['../**/*.{ts,tsx}', '!../**/*.test.*', '!../dev/**'], {
    query: '?raw',
    import: 'default',
    eager: true,
  }),
)

type Texts = { readonly [key: string]: string | Texts }

/** Every key as code names it: without the form of a plural. */
function keysOf(texts: Texts): string[] {
  return Object.entries(texts).flatMap(([key, text]) =>
    typeof text === 'string'
      ? [key.replace(/_(one|other)$/, '')]
      : keysOf(text).map((inner) => `${key}.${inner}`),
  )
}

const keys = Object.entries({ ...resources, admin }).flatMap(([area, texts]) =>
  [...new Set(keysOf(texts))].map((key) => `${area}:${key}`),
)

/** What stands between the brackets of each call of `t`. */
function calls(source: string): string[] {
  return [...source.matchAll(/\bt\(/g)].map(({ index }) => {
    let depth = 1
    let end = index + 2
    for (; depth > 0 && end < source.length; end += 1) {
      if (source[end] === '(') depth += 1
      if (source[end] === ')') depth -= 1
    }
    return source.slice(index + 2, end - 1)
  })
}

/** A key as written, `area:key` or in any area that the file speaks of; `${…}` may be anything. */
function patternsOf(written: string, source: string): RegExp[] {
  const spoken = [...source.matchAll(/'(\w+)'/g)].map(([, word]) => word ?? '')
  const own = written.includes(':') ? [''] : ['ui', ...spoken].filter((word) => areas.has(word))
  const key = written
    .split(/\$\{[^}]*\}/)
    .map((part) => part.replaceAll('.', '\\.'))
    .join('.+')
  return [...new Set(own)].map((area) => new RegExp(`^${area === '' ? '' : `${area}:`}${key}$`))
}

/** What may be a key: anything quoted in a call of `t`, and elsewhere what has a dot or names its area. */
function writtenIn(source: string): string[] {
  const called = calls(source).flatMap((call) => [...call.matchAll(/'([\w.:-]+)'|`([^`]+)`/g)])
  const handedOn = [...source.matchAll(/'(\w+[.:][\w.:-]+)'/g)]
  return [...called, ...handedOn].map(([, plain, template]) => plain ?? template ?? '')
}

test('every text is shown somewhere', () => {
  const used = sources.flatMap((source) =>
    [...new Set(writtenIn(source))].flatMap((written) => patternsOf(written, source)),
  )
  expect(keys.filter((key) => !used.some((pattern) => pattern.test(key)))).toEqual([])
})
