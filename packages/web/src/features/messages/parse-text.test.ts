import { describe, expect, test } from 'vitest'

import { parseText, type Part } from './parse-text.ts'

const named = new Map([
  ['nora', 'n'],
  ['snake_case', 's'],
  ['jo.', 'j'],
])

/** Writes the parts down: `bold(a code(b))`. */
const outline = (parts: readonly Part[]): string =>
  parts
    .map((part) => {
      if (part.type === 'text') return part.text
      return `${part.type}(${'parts' in part ? outline(part.parts) : part.text})`
    })
    .join('')
const read = (text: string) => outline(parseText(text, named))

describe('marks', () => {
  test.each([
    ['*bold*', 'bold(bold)'],
    ['**bold**', 'bold(bold)'],
    ['_italic_', 'italic(italic)'],
    ['~strike~ ~~strike~~', 'strike(strike) strike(strike)'],
    ['a *b c* d', 'a bold(b c) d'],
    ['Con *café*, claro.', 'Con bold(café), claro.'],
    ['(*b*) "_i_" *x*!', '(bold(b)) "italic(i)" bold(x)!'],
    ['*a _b ~c~_*', 'bold(a italic(b strike(c)))'],
    ['*_both_*', 'bold(italic(both))'],
    ['*snake_case here*', 'bold(snake_case here)'],
    ['*a*\n_b_', 'bold(a)\nitalic(b)'],
    ['*note: this is *important*', '*note: this is bold(important)'],
    ['这是*重要*的。', '这是bold(重要)的。'],
    ['*🎉party🎉*', 'bold(🎉party🎉)'],
    ['*مرحبا*', 'bold(مرحبا)'],
    ['*see https://a.example/x_y_z*', 'bold(see link(https://a.example/x_y_z))'],
    ['*use `a*b` now*', 'bold(use code(a*b) now)'],
  ])('%s', (text, expected) => expect(read(text)).toBe(expected))
})

describe('characters like any other', () => {
  test.each([
    '2*3*4',
    '2 * 3 * 4',
    'snake_case_name',
    '__init__',
    '*open',
    'close*',
    '* item\n* item',
    '*a\nb*',
    '**a*',
    '*a**',
    '***a***',
    '* a *',
    '** **',
    '_ _',
    '(*_*)',
    String.raw`¯\_(ツ)_/¯`,
    'a~b~c',
    '~10 and ~20',
    '*',
    '`',
    '``',
    '```',
    '``````',
    '``` ```',
    'a `b\nc` d',
    '@nobody',
    'mail me at a@nora.example',
    '@',
    '',
  ])('%s', (text) =>
    expect(parseText(text, named)).toEqual(text === '' ? [] : [{ type: 'text', text }]),
  )

  test('crossed marks: the one closed first counts', () => {
    expect(read('*a _b* c_')).toBe('bold(a _b) c_')
  })
})

describe('code', () => {
  test.each([
    ['The field is `$GPGLL`:', 'The field is code($GPGLL):'],
    ['`*a*` *b*', 'code(*a*) bold(b)'],
    ['`a` and `b`', 'code(a) and code(b)'],
    ['`https://a.example`', 'code(https://a.example)'],
    ['`@nora`', 'code(@nora)'],
    ['*a `b* c`', '*a code(b* c)'],
    ['```\n*a*\n  b\n```', 'block(*a*\n  b)'],
    ['```ts\nlet a\n```\nafter', 'block(let a)after'],
    ['```one line```', 'block(one line)'],
    ['see ```a``` and ```b```', 'see block(a) and block(b)'],
    ['```open `a` ```', 'block(open `a` )'],
    ['```never closed `a`', '```never closed code(a)'],
    ['*a ```b``` c*', '*a block(b) c*'],
  ])('%s', (text, expected) => expect(read(text)).toBe(expected))
})

describe('links', () => {
  test.each([
    ['https://a.example/*x*', 'link(https://a.example/*x)*'],
    ['*https://a.example*', 'bold(link(https://a.example))'],
    ['https://a.example/a_b_c ~x~', 'link(https://a.example/a_b_c) strike(x)'],
    ['https://a.example/@nora', 'link(https://a.example/@nora)'],
  ])('%s', (text, expected) => expect(read(text)).toBe(expected))
})

describe('mentions', () => {
  test.each([
    ['@Nora can you?', 'mention(@Nora) can you?'],
    ['Hi @nora.', 'Hi mention(@nora).'],
    ['*@nora*', 'bold(mention(@nora))'],
    ['_@nora_', 'italic(mention(@nora))'],
    ['@snake_case, @jo.', 'mention(@snake_case), mention(@jo.)'],
    ['(@nora)', '(mention(@nora))'],
    ['@norah', '@norah'],
    ['@@nora', '@@nora'],
    ['x@nora', 'x@nora'],
    ['@ＮＯＲＡ', 'mention(@ＮＯＲＡ)'],
  ])('%s', (text, expected) => expect(read(text)).toBe(expected))
})

describe('hostile input', () => {
  const size = 64 * 1024
  const repeat = (text: string) => text.repeat(Math.ceil(size / text.length)).slice(0, size)
  const words = (parts: readonly Part[]): string =>
    parts.map((part) => ('parts' in part ? words(part.parts) : part.text)).join('')
  const depth = (parts: readonly Part[]): number =>
    Math.max(0, ...parts.map((part) => ('parts' in part ? 1 + depth(part.parts) : 0)))

  test.each([
    '*',
    '_',
    '~',
    '`',
    '```',
    '*_~`',
    '*a',
    ' *a',
    '*a ',
    ' *a_b~c`d',
    '* _ ~ ` ',
    ' *_~a~_* ',
    '*_~ a',
    '` a',
    '```a',
    '`\n',
    'a`\n',
    '@nora',
    '@@',
    ' @._-',
    '@nora____________________________',
    '(*"_',
    'https://a.example/*_~',
    '\u202E*a*',
  ])('64 KB of %j', (unit) => {
    const parts = parseText(repeat(unit), named)
    expect(words(parts).length).toBeGreaterThan(0)
    expect(depth(parts)).toBeLessThanOrEqual(3)
  })

  // Counted, not timed: twice the text may take twice the steps, not four times.
  test('no character is lost but the marks that are used', () => {
    const text = repeat('a *b _c d* e_ ~f~ ')
    expect(words(parseText(text)).replace(/[*_~]/g, '')).toBe(text.replace(/[*_~]/g, ''))
  })
})
