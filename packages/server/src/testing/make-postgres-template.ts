/** Starts a PostgreSQL for all tests of a run, and makes the database that test servers begin with. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { startPostgres } from './embedded-postgres.ts'
import { administer, POSTGRES, POSTGRES_TEMPLATE, urlOf } from './postgres-databases.ts'
import { prepareTemplate, testConfig } from './start-test-server.ts'

export async function setup() {
  const postgres = await startPostgres()
  process.env[POSTGRES] = postgres.url
  const folder = mkdtempSync(join(tmpdir(), 'roost-template-'))
  await administer(`create database "${POSTGRES_TEMPLATE}" template template0`)
  await prepareTemplate(testConfig(folder, { databaseUrl: urlOf(POSTGRES_TEMPLATE) }))
  rmSync(folder, { recursive: true, force: true })
  return () => {
    delete process.env[POSTGRES]
    return postgres.stop()
  }
}
