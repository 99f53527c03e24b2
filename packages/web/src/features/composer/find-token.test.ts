import { describe, expect, test } from 'vitest'

import { findClosed, findToken, replaceToken } from './find-token.ts'

/** The caret is at `|`. */
function at(marked: string) {
  const caret = marked.indexOf('|')
  return { text: marked.replace('|', ''), caret }
}
const find = (marked: string) => {
  const { text, caret } = at(marked)
  const token = findToken(text, caret)
  return token && `${token.type} ${token.start} ${token.query}`
}

describe('names', () => {
  test.each([
    ['@|', 'mention 0 '],
    ['@no|', 'mention 0 no'],
    ['hi @Nö|ra', 'mention 3 Nö'],
    ['(@no|', 'mention 1 no'],
    ['*@no|', 'mention 1 no'],
    ['你好@静|', null],
    ['你好 @静|', 'mention 3 静'],
    ['a\n@no|', 'mention 2 no'],
    ['mail@no|', null],
    ['@@no|', null],
    ['@no |', null],
    ['no|', null],
  ])('%s', (marked, expected) => expect(find(marked)).toBe(expected))
})

describe('emoji', () => {
  test.each([
    [':sm|', 'emoji 0 sm'],
    ['a :+1|', 'emoji 2 +1'],
    [':s|', null],
    ['10:30|', null],
    ['at :30|', null],
    ['::sm|', null],
    ['https://a|', null],
    [':) |', null],
  ])('%s', (marked, expected) => expect(find(marked)).toBe(expected))

  test('a name that has just been closed', () => {
    const { text, caret } = at('so :smile:| it is')
    const token = findClosed(text, caret)
    expect(token?.query).toBe('smile')
    expect(token && replaceToken(text, token, '😄')).toEqual({ text: 'so 😄 it is', caret: 5 })
    expect(findClosed('10:30:', 6)).toBeNull()
  })
})

test('what is far behind the caret is not looked at', () => {
  const text = `@${'a'.repeat(200)}`
  expect(findToken(text, text.length)).toBeNull()
})
