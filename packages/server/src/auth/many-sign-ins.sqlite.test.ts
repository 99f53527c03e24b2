import { afterAll, expect, test } from 'vitest'

import { signUpCast } from '../testing/person.ts'
import { postJson } from '../testing/send-raw.ts'
import { PASSWORD, startTestServer } from '../testing/start-test-server.ts'
import { hashing } from './hashing.ts'

const server = await startTestServer({
  config: { fixed: { signInsPerAddress: 100_000, signUpsPerAddress: 100_000, signUp: 'open' } },
})
afterAll(() => server.stop())
const { alice } = await signUpCast(server, 'alice')
const { id: room } = await alice.makeRoom()

/** Nobody of that name: it takes as long as with the wrong password. */
const signIn = (username: string) =>
  postJson(server.url, '/api/auth/sign-in/username', { username, password: 'a wrong password' })
const signUp = (username: string) =>
  postJson(server.url, '/api/auth/sign-up/email', {
    username,
    name: username,
    email: `${username}@example.org`,
    password: PASSWORD,
  })

test('a message does not wait for all who are signing in', async () => {
  let checked = 0
  const { promise: someAreChecked, resolve } = Promise.withResolvers<void>()
  const signIns = Array.from({ length: 40 }, async (_, at) => {
    const { status } = await signIn(`nobody${at}`)
    if (++checked === 5) resolve()
    return status
  })
  await someAreChecked
  const before = checked
  await alice.send(room, 'meanwhile')
  expect(checked - before).toBeLessThan(20)
  expect(new Set(await Promise.all(signIns))).toEqual(new Set([401]))
})

test('when too many are at it one is told to come again, before anything is done', async () => {
  const { promise: isOver, resolve: end } = Promise.withResolvers<void>()
  const line = Array.from({ length: 102 }, () => hashing.take(() => isOver))
  for (const ask of [signIn, signUp]) {
    const { status, headers, text } = await ask('carol')
    expect([status, headers['retry-after']]).toEqual([503, '3'])
    expect(text).toContain('Too many people are signing in')
  }
  end()
  await Promise.all(line)
  expect((await signIn('carol')).status).toBe(401)
  expect((await signUp('carol')).status).toBe(200)
})
