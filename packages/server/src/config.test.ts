import { expect, test } from 'vitest'

import { ConfigError, readConfig, type Environment } from './config.ts'

const read = (env: Environment) => readConfig(env, '/srv/roost')

test('without a single variable everything has a value', () => {
  const { host, ...rest } = read({})
  expect(['::', '0.0.0.0']).toContain(host)
  expect(rest).toEqual({
    folder: '/srv/roost/data',
    filesFolder: '/srv/roost/data/files',
    port: 8000,
    origin: undefined,
    trustProxy: 0,
    mail: undefined,
    log: {},
    fixed: {},
  })
})

test('each variable is taken; an empty one is none', () => {
  expect(
    read({
      ROOST_DATA: '../elsewhere',
      HOST: '127.0.0.1',
      PORT: '0',
      ROOST_ORIGIN: 'https://Chat.Example.org:8443/',
      ROOST_TRUST_PROXY: '1',
      ROOST_FILES: '/mnt/shared',
      ROOST_SECRET: 'x'.repeat(40),
      DATABASE_URL: 'postgres://localhost/roost',
      REDIS_URL: 'redis://localhost',
    }),
  ).toMatchObject({
    folder: '/srv/elsewhere',
    host: '127.0.0.1',
    port: 0,
    origin: 'https://chat.example.org:8443',
    trustProxy: 1,
    filesFolder: '/mnt/shared',
    secret: 'x'.repeat(40),
    databaseUrl: 'postgres://localhost/roost',
    redisUrl: 'redis://localhost',
  })
  expect(
    read({
      ROOST_SEND_BURST: '5',
      ROOST_PAGE_ROOM: '',
      ROOST_SERVER_NAME: ' 42 ',
      ROOST_SIGN_UP: 'invite',
      ROOST_INVITES: 'admins',
      ROOST_HELP_CONTACT: 'Ada, room 7',
    }).fixed,
  ).toEqual({
    sendBurst: 5,
    serverName: '42',
    signUp: 'invite',
    invites: 'admins',
    helpContact: 'Ada, room 7',
  })
})

test.each([
  ['PORT', 'eighty'],
  ['PORT', '65536'],
  ['PORT', '-1'],
  ['PORT', '80.5'],
  ['PORT', '0x50'],
  ['HOST', 'http://localhost'],
  ['HOST', 'a b'],
  ['ROOST_ORIGIN', 'chat.example.org'],
  ['ROOST_ORIGIN', 'ftp://chat.example.org'],
  ['ROOST_ORIGIN', 'https://chat.example.org/roost'],
  ['ROOST_ORIGIN', 'https://chat.example.org?x=1'],
  ['ROOST_ORIGIN', 'https://alice@chat.example.org'],
  ['ROOST_TRUST_PROXY', 'true'],
  ['ROOST_LOG', 'JSON'],
  ['ROOST_LOG_LEVEL', 'verbose'],
  ['ROOST_SIGN_INS_PER_ACCOUNT', '0'],
  ['ROOST_SIGN_INS_PER_ADDRESS', '-5'],
  ['ROOST_REQUESTS_PER_SECOND', 'Infinity'],
  ['ROOST_PAGE_DIRECT', '101'],
  ['ROOST_SIGN_UP', 'yes'],
  ['ROOST_INVITES', 'Members'],
  ['ROOST_SERVER_NAME', 'x'.repeat(61)],
  ['ROOST_HELP_CONTACT', 'Ada\u0007'],
])('%s=%s is refused in one sentence that names it and what was given', (name, value) => {
  const reading = () => read({ [name]: value })
  expect(reading).toThrow(ConfigError)
  expect(reading).toThrow(new RegExp(`^${name} must be [^\\n]+\\.$`))
  expect(reading).toThrow(value)
})

test.each(['too short', 'short', 'sixteen letters, and spaces'])(
  'ROOST_METRICS_TOKEN=%s is refused in one sentence that keeps it to itself',
  (token) => {
    const reading = () => read({ ROOST_METRICS_TOKEN: token })
    expect(reading).toThrow(/^ROOST_METRICS_TOKEN must be at least 16 [^\n]+\.$/)
    expect(reading).not.toThrow(token)
  },
)
