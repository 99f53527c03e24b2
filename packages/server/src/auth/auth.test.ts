import { describe, expect, test, vi } from 'vitest'

import { sendRaw } from '../testing/send-raw.ts'
import { shareServer } from '../testing/share-server.ts'
import { PASSWORD } from '../testing/start-test-server.ts'
import { AUTH_ORIGIN, createAuth } from './auth.ts'

const { server, core, alice } = await shareServer(['alice'])
const secret = 'a secret for tests, long enough to sign cookies with'
const auth = createAuth(core, { secret, secure: false })

describe('of better-auth’s own endpoints', () => {
  const ours = [
    '/sign-up/email',
    '/sign-in/username',
    '/sign-in/email',
    '/sign-out',
    '/request-password-reset',
    '/reset-password',
  ]
  const paths = [
    ...new Set(
      Object.values(auth.api).flatMap((endpoint) =>
        'path' in endpoint && typeof endpoint.path === 'string' ? [endpoint.path] : [],
      ),
    ),
  ].toSorted()

  test('those on our list are there', () => {
    expect(paths).toEqual(expect.arrayContaining(ours))
  })

  test.each(paths.filter((path) => !ours.includes(path)))(
    '%s does not exist, not even for an administrator',
    async (path) => {
      await core.database.write(({ db }) =>
        db.updateTable('users').set({ role: 'admin' }).where('id', '=', alice.id).execute(),
      )
      const filled = `/api/auth${path.replaceAll(/:\w+/g, 'google')}`
      for (const method of ['GET', 'POST'])
        for (const tail of ['', '/', '?x=1']) {
          const reply = await sendRaw(server.url, {
            method,
            path: filled + tail,
            headers: {
              authorization: `Bearer ${alice.token}`,
              ...(method === 'POST' && { 'content-type': 'application/json' }),
            },
            ...(method === 'POST' && { body: JSON.stringify({ userId: alice.id }) }),
          })
          expect([method, filled + tail, reply.status]).toEqual([method, filled + tail, 404])
          expect(JSON.parse(reply.text)).toMatchObject({ error: { code: 'not_found' } })
        }
    },
  )

  test.each(ours)('%s answers to POST alone, under this very path', async (path) => {
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH'])
      expect(await sendRaw(server.url, { method, path: `/api/auth${path}` })).toMatchObject({
        status: 404,
      })
    for (const other of [
      `/api/auth${path}/`,
      `/api/auth/${path}`,
      `/api/auth${path.toUpperCase()}`,
    ])
      expect(
        await sendRaw(server.url, {
          method: 'POST',
          path: other,
          headers: { 'content-type': 'application/json' },
          body: '{}',
        }),
      ).toMatchObject({ status: 404 })
  })
})

describe('the work of signing in is the same', () => {
  const attempt = async (path: string, body: object) => {
    const { password } = await auth.$context
    const calls = [vi.spyOn(password, 'hash'), vi.spyOn(password, 'verify')]
    const { status } = await auth.handler(
      new Request(`${AUTH_ORIGIN}/api/auth${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: AUTH_ORIGIN },
        body: JSON.stringify(body),
      }),
    )
    const count = calls.reduce((sum, { mock }) => sum + mock.calls.length, 0)
    for (const call of calls) call.mockRestore()
    return { status, hashed: count }
  }

  test.each([
    ['a right password', '/sign-in/username', { username: 'alice', password: PASSWORD }, 200],
    ['a wrong one', '/sign-in/username', { username: 'alice', password: 'wrong' }, 401],
    ['an unknown name', '/sign-in/username', { username: 'nobody', password: 'wrong' }, 401],
    [
      'a wrong one by address',
      '/sign-in/email',
      { email: 'alice@example.org', password: 'x' },
      401,
    ],
    ['an unknown address', '/sign-in/email', { email: 'nobody@example.org', password: 'x' }, 401],
  ])('for %s', async (_what, path, body, status) => {
    expect(await attempt(path, body)).toEqual({ status, hashed: 1 })
  })
})
