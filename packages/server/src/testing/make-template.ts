/** Makes the database that test servers begin with, once for all tests of a run. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { makeTemplate, TEMPLATE } from './start-test-server.ts'

export async function setup() {
  if (process.env[TEMPLATE] !== undefined) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'roost-template-'))
  const file = join(folder, 'roost.db')
  writeFileSync(file, await makeTemplate())
  process.env[TEMPLATE] = file
  return () => {
    delete process.env[TEMPLATE]
    rmSync(folder, { recursive: true, force: true })
  }
}
