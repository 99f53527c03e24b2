import { limits, type ErrorReason } from '@roost/protocol'
import { expect, test } from 'vitest'

import { AppError } from '../errors.ts'
import { checkPassword } from './passwords.ts'

const personal = [
  'alice.liddell',
  'Alice Liddell',
  'alice@wonderland.example',
  'wonderland.example',
]

function judge(password: string): AppError | undefined {
  try {
    checkPassword(password, personal)
    return undefined
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
}

test.each<[ErrorReason, string]>([
  ['password_short', ''],
  ['password_short', '1'],
  ['password_short', 'x8#Qp!2vL'],
  ['password_long', 'correct horse battery staple '.repeat(5)],
  ['password_common', 'password12'],
  ['password_common', 'P@ssw0rd123'],
  ['password_common', 'qwertyuiop'],
  ['password_guessable', 'aaaaaaaaaaaaaaaa'],
  ['password_guessable', 'abcdefghijklmnop'],
  ['password_guessable', '1987-12-24'],
  ['password_guessable', 'passwordpassword'],
  ['password_guessable', 'alice.liddell'],
  ['password_guessable', 'AliceLiddell1'],
  ['password_guessable', 'alice@wonderland.example'],
  ['password_guessable', 'Liddell-Alice-99'],
  ['password_guessable', 'wonderland99'],
  ['password_guessable', 'roostroost'],
])('%s: "%s"', (reason, password) => {
  const refusal = judge(password)
  expect(refusal).toMatchObject({ code: 'bad_request', field: 'password' })
  // A listed name of two words is both.
  expect([reason, 'password_common']).toContain(refusal?.reason)
  expect(refusal?.message).toMatch(/^[A-Z][^\n]*\.$/)
})

test.each([
  'correct horse battery staple',
  'marmot-lantern-fjord',
  'x8#Qp!2vLm@9',
  'пароль из четырёх слов',
  '北京烤鸭很好吃我每天都吃',
  'alice-marmot-lantern-fjord',
])('takes "%s"', (password) => {
  expect(judge(password)).toBeUndefined()
})

test('counts characters at both ends exactly', () => {
  const long = 'marmot-lantern-fjord-'.repeat(10)
  expect(judge(long.slice(0, limits.passwordMax))).toBeUndefined()
  expect(judge(long.slice(0, limits.passwordMax + 1))).toMatchObject({ reason: 'password_long' })
  expect(judge('x8#Qp!2vL')).toMatchObject({ reason: 'password_short' })
  expect(judge('x8#Qp!2vLm')).toBeUndefined()
})

test('takes a moment at most, whatever is thrown at it', () => {
  judge('the lists are indexed at the first use')
  for (const part of ['a', 'ab', '4@8({[<3€69!1i|l0$5+7%2', 'qwerty', '19', 'pass', '\u0301', 'Ⅷ'])
    for (const length of [limits.passwordMin, limits.passwordMax]) {
      const password = part.repeat(length).slice(0, length)
      const start = performance.now()
      judge(password)
      expect([part, performance.now() - start < 1_000]).toEqual([part, true])
    }
})
