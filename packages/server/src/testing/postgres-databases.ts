/** Databases of tests on PostgreSQL: each is a copy of one that was brought up to date with the owner in it. */
import { randomBytes } from 'node:crypto'

import { Client } from 'pg'

/** Where to make them: an address of a PostgreSQL, as somebody who may make databases. */
export const POSTGRES = 'ROOST_TEST_POSTGRES'
/** The one to copy. All others of a run are named after it, so that a run leaves none behind. */
const TEMPLATE = 'ROOST_TEST_POSTGRES_TEMPLATE'

/** Whether the tests of this project run on PostgreSQL. */
export const usesPostgres = () => process.env['ROOST_TEST_ENGINE'] === 'postgres'

const made = new Map<string, string>()

/** @param prepare fills it, given its address */
export async function makeTemplate(prepare: (url: string) => Promise<void>): Promise<void> {
  const name = `roost_test_${randomBytes(4).toString('hex')}`
  process.env[TEMPLATE] = name
  await administer(`create database "${name}" template template0`)
  await prepare(urlOf(name))
}

/** The database that belongs to a data folder: a server that is started on it again finds the same. */
export async function databaseOf(folder: string, { empty }: { empty: boolean }): Promise<string> {
  const known = made.get(folder)
  if (known !== undefined) return known
  const template = process.env[TEMPLATE] ?? ''
  const name = `${template}_${randomBytes(8).toString('hex')}`
  await administer(`create database "${name}" template "${empty ? 'template0' : template}"`)
  const url = urlOf(name)
  made.set(folder, url)
  return url
}

/** Nobody may be connected to it. */
export async function copyDatabase(url: string): Promise<string> {
  const name = `${process.env[TEMPLATE] ?? ''}_${randomBytes(8).toString('hex')}`
  await administer(`create database "${name}" template "${new URL(url).pathname.slice(1)}"`)
  return urlOf(name)
}

export async function dropDatabase(url: string): Promise<void> {
  for (const [folder, known] of made) if (known === url) made.delete(folder)
  await administer(`drop database if exists "${new URL(url).pathname.slice(1)}" with (force)`)
}

/** Everything that this run has made. */
export async function dropAll(): Promise<void> {
  const template = process.env[TEMPLATE] ?? ''
  const names = await administer<{ datname: string }>(
    `select datname from pg_database where starts_with(datname, '${template}')`,
  )
  for (const { datname } of names)
    await administer(`drop database if exists "${datname}" with (force)`)
}

function urlOf(name: string): string {
  const url = new URL(process.env[POSTGRES] ?? '')
  url.pathname = `/${name}`
  return url.href
}

export async function administer<Row>(statement: string): Promise<Row[]> {
  const client = new Client({ connectionString: process.env[POSTGRES] })
  await client.connect()
  try {
    const { rows } = await client.query(statement)
    return rows as Row[]
  } finally {
    await client.end()
  }
}
