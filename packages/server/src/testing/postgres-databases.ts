/** Databases of tests on PostgreSQL: each is a copy of one that was brought up to date with the owner in it. */
import { randomBytes } from 'node:crypto'

import { Client } from 'pg'

/** Where to make them: set for all tests of a run. */
export const POSTGRES = 'ROOST_TEST_POSTGRES'
export const POSTGRES_TEMPLATE = 'roost_template'

/** Whether the tests of this project run on PostgreSQL. */
export const usesPostgres = () => process.env['ROOST_TEST_ENGINE'] === 'postgres'

const made = new Map<string, string>()

/** The database that belongs to a data folder: a server that is started on it again finds the same. */
export async function databaseOf(folder: string, { empty }: { empty: boolean }): Promise<string> {
  const known = made.get(folder)
  if (known !== undefined) return known
  const name = `roost_${randomBytes(8).toString('hex')}`
  await administer(
    `create database "${name}" template "${empty ? 'template0' : POSTGRES_TEMPLATE}"`,
  )
  const url = urlOf(name)
  made.set(folder, url)
  return url
}

export async function dropDatabase(url: string): Promise<void> {
  for (const [folder, known] of made) if (known === url) made.delete(folder)
  await administer(`drop database if exists "${new URL(url).pathname.slice(1)}" with (force)`)
}

export function urlOf(name: string): string {
  const url = new URL(process.env[POSTGRES] ?? '')
  url.pathname = `/${name}`
  return url.href
}

export async function administer(statement: string): Promise<void> {
  const client = new Client({ connectionString: process.env[POSTGRES] })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
