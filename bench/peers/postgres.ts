/** A PostgreSQL as Debian has it, on the disk and as durable as it comes, for one run. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

import { findPort } from '../../packages/server/src/testing/free-port.ts'
import type { Lodging } from './lodging.ts'

const VERSIONS = '/usr/lib/postgresql'
export const programs = findPrograms()

export interface Database {
  readonly port: number
  readonly url: string
  /** Runs what `psql` understands, in one transaction. */
  run(script: string): Promise<void>
}

export const OWNER = { name: 'peer', password: 'peer' }

/** The folder must not be in memory: what a commit costs there is not what it costs a user. */
export async function startPostgres(lodging: Lodging): Promise<Database> {
  const port = await findPort()
  const url = `postgres://${OWNER.name}:${OWNER.password}@127.0.0.1:${port}/postgres`
  const data = join(lodging.folder, 'postgres')
  const password = lodging.write('password', OWNER.password)
  const account = [`--username=${OWNER.name}`, `--pwfile=${password}`, '--auth=scram-sha-256']
  const locale = ['--encoding=UTF8', '--locale=C.UTF-8']
  await lodging.run([join(programs, 'initdb'), `--pgdata=${data}`, ...account, ...locale])
  // Where to listen is all that is set: fsync and synchronous_commit are on, as everywhere.
  const settings = [`-cport=${port}`, '-clisten_addresses=127.0.0.1', '-cunix_socket_directories=']
  // At once, and yet it takes its shared memory with it.
  lodging.start([join(programs, 'postgres'), `-D${data}`, ...settings], { goodbye: 'SIGQUIT' })
  await lodging.hears('ready to accept connections')
  return {
    port,
    url,
    async run(script) {
      const file = lodging.write('script.sql', script)
      const strict = ['--quiet', '--single-transaction', '--set=ON_ERROR_STOP=1', '--no-psqlrc']
      await lodging.run([join(programs, 'psql'), url, ...strict, `--file=${file}`])
    },
  }
}

function findPrograms(): string {
  if (!existsSync(VERSIONS)) return ''
  const versions = readdirSync(VERSIONS).map(Number).filter(Number.isFinite)
  const newest = versions.toSorted((a, b) => b - a)
  const places = newest.map((version) => join(VERSIONS, String(version), 'bin'))
  return places.find((place) => existsSync(join(place, 'postgres'))) ?? ''
}
