/**
 * Prosody with its archive in files of its own or in SQLite, as Debian has it. It does one thing after the
 * other: when it says that it has a message, that is in the archives of both. In files of its own it does
 * not ask the disk to keep it (no fsync), so that a power cut loses what was confirmed: this flatters it.
 */
import { existsSync, globSync } from 'node:fs'

import { findPort } from '../../packages/server/src/testing/free-port.ts'
import type { Crowd } from '../system.ts'
import type { Lodging } from './lodging.ts'
import { lacking, runPeer, type Peer } from './peer.ts'
import { DOMAIN, nameOf, PAGE, PASSWORD, ROOMS, XmppClient } from './xmpp.ts'

const KEEPER = 'keeper'
const PROGRAM = '/usr/bin/prosody'

const INTERNAL = 'storage = "internal"\nstorage_archive_item_limit = 1000000000'
// Next to its other data, and as careful as SQLite is by itself.
const SQLITE =
  'storage = { archive = "sql"; muc_log = "sql" }\nsql = { driver = "SQLite3", database = "prosody.sqlite" }'
const [driver] = globSync('/usr/lib/*/lua/*/dbd/sqlite3.so')

export const prosody: Peer = {
  name: 'Prosody',
  ...lacking({ prosody: existsSync(PROGRAM) }),
  start: (crowd) => runPeer(crowd, (lodging) => open(lodging, crowd, INTERNAL)),
}

export const prosodyOnSqlite: Peer = {
  name: 'Prosody on SQLite',
  ...lacking({ prosody: existsSync(PROGRAM), 'lua-dbi-sqlite3': driver !== undefined }),
  start: (crowd) => runPeer(crowd, (lodging) => open(lodging, crowd, SQLITE)),
}

/** @returns the port for clients */
async function open(lodging: Lodging, crowd: Crowd, storage: string): Promise<number> {
  const account = `return { ["password"] = "${PASSWORD}" };\n`
  const names = Array.from({ length: crowd.people }, (_, person) => nameOf(person))
  for (const name of [...names, KEEPER])
    lodging.write(`data/${DOMAIN}/accounts/${name}.dat`, account)
  const port = await findPort()
  const settings = lodging.write('prosody.cfg.lua', configure(port, lodging.folder, storage))
  lodging.start([PROGRAM, '-F', '--config', settings])
  await lodging.answers(port)
  if (crowd.members !== undefined) await openRoom(port)
  return port
}

async function openRoom(port: number): Promise<void> {
  const keeper = await XmppClient.connect(port, KEEPER, { joins: true })
  await keeper.configureRoom({
    'muc#roomconfig_persistentroom': '1',
    // In a room of thousands nobody is told of everybody who comes, or to come in would be what takes time.
    'muc#roomconfig_presencebroadcast': 'none',
  })
  keeper.close()
}

// Signing in is not what is measured: passwords are kept as they are. No TLS between processes of one
// machine, no other servers, no limits, an archive without end; of the log only warnings. Memory is
// collected by generations, a third less work here; what is written goes out at once, not when the turn
// is over (opportunistic_writes) or the last packet has arrived (nagle).
const configure = (port: number, folder: string, storage: string) => `
data_path = "${folder}/data"
log = { warn = "*console" }
gc = { mode = "generational" }
network_settings = { opportunistic_writes = true; nagle = false; tcp_backlog = 1024 }
modules_enabled = { "saslauth"; "mam"; "smacks" }
modules_disabled = { "s2s" }
c2s_interfaces = { "127.0.0.1" }
c2s_ports = { ${port} }
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
authentication = "internal_plain"
${storage}
default_archive_policy = true
max_archive_query_results = ${PAGE}
archive_expires_after = "never"
VirtualHost "${DOMAIN}"
Component "${ROOMS}" "muc"
  modules_enabled = { "muc_mam" }
  muc_room_locking = false
  muc_log_expires_after = "never"
`
