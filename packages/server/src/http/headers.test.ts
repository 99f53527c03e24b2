import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import { errorBody } from '@roost/protocol'
import { afterAll, describe, expect, test } from 'vitest'

import { sendRaw } from '../testing/send-raw.ts'
import { shareServer } from '../testing/share-server.ts'
import { startTestServer } from '../testing/start-test-server.ts'

/** A folder as the build of the web app leaves it, with a secret beside it. */
const top = mkdtempSync(join(tmpdir(), 'roost-web-'))
const webRoot = join(top, 'dist')
const page = '<!doctype html><title>Roost</title>'
const type = 'application/javascript; charset=utf-8'
const script = 'console.log("roost")\n'.repeat(200)
mkdirSync(join(webRoot, 'assets'), { recursive: true })
const files = {
  '../secret.txt': 'the secret',
  '../dist-backup.txt': 'the secret',
  'index.html': page,
  'app-icon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
  'assets/app-AbC123.js': script,
  'assets/app-AbC123.js.gz': gzipSync(script),
  'assets/plain-AbC123.js': script,
  '.env': 'the secret',
  '.git/config': 'the secret',
}
for (const [name, content] of Object.entries(files)) {
  mkdirSync(join(webRoot, name, '..'), { recursive: true })
  writeFileSync(join(webRoot, name), content)
}
symlinkSync(join(top, 'secret.txt'), join(top, 'link'))
afterAll(() => rmSync(top, { recursive: true }))

const { server, alice } = await shareServer(['alice'], { config: { webRoot } })
const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  sendRaw(server.url, { method, path, headers })

describe('every answer tells the browser to be careful', () => {
  const policy = new Map([
    ['default-src', "'none'"],
    ['script-src', "'self'"],
    ['style-src', "'self'"],
    ['connect-src', "'self'"],
    ['base-uri', "'none'"],
    ['form-action', "'self'"],
    ['frame-ancestors', "'none'"],
  ])
  test.each([
    ['a page', '/', 200],
    ['a page of the app', '/c/0198c7a0', 200],
    ['a script', '/assets/app-AbC123.js', 200],
    ['what is not there', '/assets/gone.js', 404],
    ['the API', '/api/v1/server', 200],
    ['a refusal of it', '/api/v1/me', 401],
    ['what it has not', '/api/v1/nothing', 404],
    ['a sign of life', '/healthz', 200],
  ])('%s', async (_what, path, status) => {
    const reply = await get(path)
    expect(reply.status).toBe(status)
    expect(reply.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
    })
    const csp = String(reply.headers['content-security-policy'])
    const directives = new Map(
      csp.split(';').map((directive) => {
        const [name = '', ...sources] = directive.trim().split(' ')
        return [name, sources.join(' ')]
      }),
    )
    for (const [name, sources] of policy)
      expect([name, directives.get(name)]).toEqual([name, sources])
    // Nothing from elsewhere, no inline scripts, no eval, no wildcard.
    expect(csp).not.toMatch(/unsafe|https?:|\*/)
    for (const name of [
      'x-powered-by',
      'server',
      'access-control-allow-origin',
      'strict-transport-security',
    ])
      expect([name, reply.headers[name]]).toEqual([name, undefined])
  })

  test('and under https to stay there', async () => {
    const secure = await startTestServer({
      config: { origin: 'https://chat.example.org', webRoot },
    })
    const { headers } = await sendRaw(secure.url, { path: '/' })
    expect(headers['strict-transport-security']).toMatch(/^max-age=\d{8}/)
    expect(headers['cross-origin-opener-policy']).toBe('same-origin')
    await secure.stop()
  })

  test('what is private is kept by no cache', async () => {
    const reply = await get('/api/v1/me', { authorization: `Bearer ${alice.token}` })
    expect(reply.status).toBe(200)
    expect(reply.headers['cache-control']).toBe('no-store')
    expect((await get('/api/v1/me')).headers['cache-control']).toBe('no-store')
  })
})

describe('files', () => {
  test('come with their type, and are kept as long as their names say', async () => {
    expect(await get('/')).toMatchObject({
      text: page,
      headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' },
    })
    expect(await get('/assets/app-AbC123.js')).toMatchObject({
      text: script,
      headers: {
        'content-type': type,
        'cache-control': 'public, max-age=31536000, immutable',
      },
    })
    expect((await get('/app-icon.svg')).headers).toMatchObject({
      'content-type': 'image/svg+xml',
      'cache-control': 'no-cache',
    })
  })

  test('are asked after cheaply when they may have changed', async () => {
    const { headers } = await get('/')
    const again = await get('/', { 'if-none-match': String(headers['etag']) })
    expect(again).toMatchObject({ status: 304, text: '' })
  })

  test('come compressed to whoever can read it', async () => {
    const path = '/assets/app-AbC123.js'
    const zipped = await get(path, { 'accept-encoding': 'gzip, br' })
    expect(zipped.headers).toMatchObject({
      'content-encoding': 'gzip',
      'content-type': type,
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
    })
    expect(zipped.bytes.equals(gzipSync(script))).toBe(true)
    const plain = await get(path)
    expect(plain.headers['content-encoding']).toBeUndefined()
    for (const reply of [zipped, plain])
      expect(String(reply.headers['vary'])).toMatch(/accept-encoding/i)
    expect(await get('/assets/plain-AbC123.js', { 'accept-encoding': 'gzip' })).toMatchObject({
      status: 200,
      text: script,
    })
  })

  test('answer to HEAD as to GET, without a body', async () => {
    for (const path of [
      '/',
      '/c/0198c7a0',
      '/assets/app-AbC123.js',
      '/assets/gone.js',
      '/healthz',
    ]) {
      const [head, full] = [await get(path, {}, 'HEAD'), await get(path)]
      expect([path, head.status, head.text]).toEqual([path, full.status, ''])
      for (const name of ['content-type', 'content-length', 'cache-control'])
        expect([path, name, head.headers[name]]).toEqual([path, name, full.headers[name]])
    }
  })

  const climbs = [
    '../secret.txt',
    '../link',
    '../dist-backup.txt',
    '../../../../../../etc/passwd',
    '.env',
    '.git/config',
  ]
  const disguises: readonly (readonly [string, (path: string) => string])[] = [
    ['as it is', (path) => `/${path}`],
    ['under assets', (path) => `/assets/../${path}`],
    ['with slashes encoded', (path) => `/${path.replaceAll('/', '%2f')}`],
    ['with dots encoded', (path) => `/${path.replaceAll('.', '%2e')}`],
    ['with all of it encoded', (path) => `/${path.replaceAll('.', '%2E').replaceAll('/', '%2F')}`],
    ['encoded twice', (path) => `/${path.replaceAll('.', '%252e').replaceAll('/', '%252f')}`],
    ['with backslashes', (path) => `/${path.replaceAll('/', '\\')}`],
    ['with backslashes encoded', (path) => `/${path.replaceAll('/', '%5c')}`],
    ['with overlong UTF-8', (path) => `/${path.replaceAll('/', '%c0%af')}`],
    ['with wide signs', (path) => `/${path.replaceAll('.', '%ef%bc%8e')}`],
    ['with a NUL', (path) => `/${path}%00.js`],
    ['with a NUL before', (path) => `/%00/${path}`],
    ['with two slashes', (path) => `//${path}`],
    ['with a semicolon', (path) => `/..;/${path}`],
    ['below the API', (path) => `/api/v1/${path}`],
    ['with a whole address', (path) => `${server.url}/${path}`],
  ]
  test.each(disguises)('are those of the folder alone: %s', async (_how, disguise) => {
    for (const climb of climbs) {
      const { status, text } = await get(disguise(climb))
      expect([climb, status]).toEqual([
        climb,
        expect.toSatisfy((code: number) => [200, 400, 403, 404].includes(code)),
      ])
      // Whatever looks like a page is the app, which shows that there is no such thing.
      expect([climb, status === 200 ? text : page]).toEqual([climb, page])
      expect(text).not.toMatch(/secret|root:/)
    }
  })
})

describe('addresses that are no files', () => {
  test.each([
    '/c/0198c7a0-0000-7000-8000-000000000000',
    '/sign-in',
    '/setup?token=x.y',
    '/a/b/c',
    '/apical',
  ])('%s is a page of the app', async (path) => {
    const { status, text, headers } = await get(path)
    expect([status, text]).toEqual([200, page])
    expect(headers['cache-control']).toBe('no-cache')
  })

  test.each([
    '/assets/gone-AbC123.js',
    '/favicon.ico',
    '/robots.txt?x=1',
    '/api/v1/nothing',
    '/api/',
    '/api',
    '/api/auth',
    '/api/auth/ok',
    '/api/v1/socket',
  ])('%s is nothing', async (path) => {
    const { status, text, headers } = await get(path)
    expect(status).toBe(404)
    expect(headers['content-type']).toMatch(/^application\/json/)
    expect(errorBody.parse(JSON.parse(text)).error.code).toBe('not_found')
  })

  test.each(['POST', 'PUT', 'PATCH', 'DELETE'])('%s of a page is nothing', async (method) => {
    expect(await get('/c/0198c7a0', {}, method)).toMatchObject({ status: 404 })
    expect(await get('/assets/app-AbC123.js', {}, method)).toMatchObject({ status: 404 })
  })

  test.each(['/%zz', '/%', '/a%ff', '/c/%ed%a0%80', '/api/v1/users/%zz'])(
    '%s is malformed',
    async (path) => {
      const { status, text } = await get(path)
      expect([400, 404]).toContain(status)
      errorBody.parse(JSON.parse(text))
    },
  )
})

describe('signs of life', () => {
  test('are there without a session, and say nothing more', async () => {
    expect(await get('/healthz')).toMatchObject({ status: 200, text: '{"status":"ok"}' })
    expect(await get('/readyz')).toMatchObject({
      status: 200,
      text: '{"status":"ready","database":"up","bus":"up"}',
    })
  })

  test('are there without a web app too', async () => {
    const bare = await startTestServer()
    expect(await sendRaw(bare.url, { path: '/healthz' })).toMatchObject({ status: 200 })
    expect(await sendRaw(bare.url, { path: '/' })).toMatchObject({ status: 404 })
    expect(bare.reports).toEqual([])
    await bare.stop()
  })
})
