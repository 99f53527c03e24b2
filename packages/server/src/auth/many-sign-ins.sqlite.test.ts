import { afterAll, expect, test } from 'vitest'

import { signUpCast } from '../testing/person.ts'
import { postJson } from '../testing/send-raw.ts'
import { startTestServer } from '../testing/start-test-server.ts'

const server = await startTestServer({
  config: { trustProxy: 1, fixed: { signInsPerAddress: 100_000, signUp: 'open' } },
})
afterAll(() => server.stop())
const { alice } = await signUpCast(server, 'alice')
const { id: room } = await alice.makeRoom()

/** Nobody of that name: it takes as long as with the wrong password. */
const signIn = (username: string) =>
  postJson(server.url, '/api/auth/sign-in/username', { username, password: 'a wrong password' })

test('of too many who sign in at once some are told to come again, and no message waits', async () => {
  const count = 80
  let checked = 0
  const { promise: someAreChecked, resolve } = Promise.withResolvers<void>()
  const signIns = Array.from({ length: count }, async (_, at) => {
    const { status, headers, text } = await signIn(`nobody${at}`)
    if (status === 401 && ++checked === 10) resolve()
    return { status, text, after: headers['retry-after'] }
  })
  await someAreChecked
  const before = checked
  await alice.send(room, 'meanwhile')
  // Of the fifty that are in line.
  expect(checked - before).toBeLessThan(20)
  const answers = await Promise.all(signIns)
  const refused = answers.filter(({ status }) => status !== 401)
  expect(refused.length).toBeGreaterThan(0)
  for (const { status, text, after } of refused) {
    expect([status, after]).toEqual([503, '3'])
    expect(text).toContain('Too many people are signing in')
  }
  expect((await signIn('later')).status).toBe(401)
})
