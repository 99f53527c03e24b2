/**
 * ejabberd with its archive on PostgreSQL, both as Debian has them. When it says that it has a message,
 * the row in the archive of its author is committed, so it is safe. That of the receiver is committed by
 * another of its processes before they are told, but after the author is: this flatters it a little.
 */
import { existsSync, globSync, readFileSync } from 'node:fs'

import { findPort } from '../../packages/server/src/testing/free-port.ts'
import type { Crowd } from '../system.ts'
import type { Lodging } from './lodging.ts'
import { lacking, runPeer, type Peer } from './peer.ts'
import { OWNER, programs, startPostgres, type Database } from './postgres.ts'
import { DOMAIN, PASSWORD, ROOMS } from './xmpp.ts'

const ERLANG = '/usr/bin/erl'
// What its own script says, and that who waits does not do so by spinning: PostgreSQL and the clients want
// the same cores.
const MACHINE = '+K true +P 250000 +sbwt none +sbwtdcpu none +sbwtdio none'.split(' ')
const SCHEMA = '/usr/share/ejabberd/sql/pg.sql'
// Among libraries of Erlang, in a folder that is named for the kind of machine.
const [libraries = ''] = globSync('/usr/lib/*/ejabberd-*').map((path) => `${path}/..`)
const [driver = ''] = globSync('/usr/lib/erlang/lib/p1_pgsql-*')

export const ejabberd: Peer = {
  name: 'ejabberd on PostgreSQL',
  ...lacking({
    ejabberd: libraries !== '' && existsSync(ERLANG),
    'erlang-p1-pgsql': driver !== '',
    postgresql: programs !== '',
  }),
  start: (crowd) => runPeer(crowd, (lodging) => open(lodging, crowd)),
}

/** @returns the port for clients */
async function open(lodging: Lodging, crowd: Crowd): Promise<number> {
  const database = await startPostgres(lodging)
  await database.run(readFileSync(SCHEMA, 'utf8'))
  await database.run(`
    INSERT INTO users (username, password)
    SELECT 'p' || person, '${PASSWORD}' FROM generate_series(0, ${crowd.people - 1}) AS person;
    ANALYZE`)
  const port = await findPort()
  // What is JSON is YAML.
  const settings = lodging.write('ejabberd.yml', JSON.stringify(configure(port, database, crowd)))
  lodging.start(
    [
      ERLANG,
      '-noinput',
      ...MACHINE,
      '-mnesia',
      'dir',
      `"${lodging.folder}/mnesia"`,
      '-s',
      'ejabberd',
    ],
    {
      env: {
        ERL_LIBS: libraries,
        ERL_CRASH_DUMP_BYTES: '0',
        EJABBERD_CONFIG_PATH: settings,
        EJABBERD_LOG_PATH: `${lodging.folder}/ejabberd.log`,
      },
    },
  )
  await lodging.answers(port)
  return port
}

function configure(port: number, database: Database, { members = 0 }: Crowd) {
  // In the room, which is one of 200 otherwise; for none at all there cannot be a room.
  const places = Math.max(1, members)
  return {
    hosts: [DOMAIN],
    loglevel: 'warning',
    // No TLS between processes of one machine, nobody is slowed down, and thousands may come at once.
    listen: [{ port, ip: '127.0.0.1', module: 'ejabberd_c2s', shaper: 'none', backlog: 1024 }],
    sql_type: 'pgsql',
    sql_server: '127.0.0.1',
    sql_port: database.port,
    sql_database: 'postgres',
    sql_username: OWNER.name,
    sql_password: OWNER.password,
    // What it would choose by itself; fewer are slower, more are not faster on two cores.
    sql_pool_size: 10,
    auth_method: ['sql'],
    // Signing in is not what is measured.
    auth_password_format: 'plain',
    modules: {
      mod_mam: {
        db_type: 'sql',
        default: 'always',
        // Who was away reads the archive: nothing is stored a second time for them.
        assume_mam_usage: true,
      },
      mod_offline: { use_mam_for_storage: true },
      mod_stream_mgmt: {},
      mod_muc: {
        host: ROOMS,
        max_users: places,
        history_size: 0,
        // In a room of thousands nobody is told of everybody who comes, or to come in would be what takes time.
        default_room_options: { mam: true, max_users: places, presence_broadcast: [] },
      },
    },
  }
}
