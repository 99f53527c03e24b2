/**
 * Makes the database that test servers begin with, once for all tests of a run: on the PostgreSQL that
 * is given, or on one that is started for it.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { startPostgres } from './embedded-postgres.ts'
import { dropAll, makeTemplate, POSTGRES } from './postgres-databases.ts'
import { prepareTemplate, testConfig } from './start-test-server.ts'

export async function setup() {
  const given = process.env[POSTGRES]
  const started = given === undefined ? await startPostgres() : undefined
  if (started) process.env[POSTGRES] = started.url
  const folder = mkdtempSync(join(tmpdir(), 'roost-template-'))
  await makeTemplate((databaseUrl) => prepareTemplate(testConfig(folder, { databaseUrl })))
  rmSync(folder, { recursive: true, force: true })
  return async () => {
    if (!started) return dropAll()
    delete process.env[POSTGRES]
    return started.stop()
  }
}
