import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, expect, test, vi } from 'vitest'

import { databaseOf, dropDatabase } from '../testing/postgres-databases.ts'
import { PASSWORD } from '../testing/start-test-server.ts'
import { roost, startRoost, temporaryFolder } from './testing/roost-process.ts'

// Processes start slowly on a machine that has other things to do.
vi.setConfig({ testTimeout: 60_000 })

const temporary = temporaryFolder()
const folder = temporary.path
const url = await databaseOf(folder, { empty: true })
const env = { DATABASE_URL: url }
const around = { folder, env }
afterAll(async () => {
  await dropDatabase(url)
  temporary.remove()
})

test('a server makes its tables, keeps what it was given, and ends in order', async () => {
  const { host, pathname } = new URL(url)
  const account = ['--username', 'alice', '--email', 'alice@example.org', '--password-stdin']
  const create = ['user', 'create', ...account, '--admin']
  const first = await startRoost(around)
  expect(first.said.stdout).toContain(`\n  Database PostgreSQL, ${host}${pathname}\n  Data     `)
  expect(await roost(create, { ...around, input: PASSWORD })).toMatchObject({ code: 0 })
  expect(await first.stop()).toMatchObject({ code: 0, signal: null, stderr: '' })

  writeFileSync(join(folder, 'roost.db'), '')
  const again = await startRoost(around)
  expect(again.setupToken).toBeUndefined()
  expect(again.said.stdout).toContain('(without its roost.db: DATABASE_URL is set)')
  const listed = await roost(['user', 'list'], around)
  expect(listed.stdout).toContain('alice@example.org')
  expect(await again.stop()).toMatchObject({ code: 0, signal: null, stderr: '' })
  // Without a server as well.
  expect((await roost(['user', 'list'], around)).stdout).toContain('alice@example.org')
})

test('a second server, and a command from elsewhere, are refused in a sentence', async () => {
  const elsewhere = temporaryFolder()
  const server = await startRoost(around)
  for (const command of [
    ['start', '--no-build'],
    ['user', 'list'],
  ]) {
    const refused = await roost(command, { folder: elsewhere.path, env })
    expect(refused).toMatchObject({ code: 1, stdout: '' })
    expect(refused.stderr).toMatch(/^Another Roost is running on this database\. .*\n$/)
  }
  await server.stop()
  elsewhere.remove()
})

test('an address that cannot be right is refused before anything is made', async () => {
  const wrong = (DATABASE_URL: string) => roost(['start'], { folder, env: { DATABASE_URL } })
  const form = {
    code: 1,
    stderr: expect.stringMatching(/^DATABASE_URL must be the address of/) as string,
  }
  expect(await wrong('mysql://localhost/roost')).toMatchObject(form)
  expect(await wrong('postgres://localhost')).toMatchObject(form)
})
