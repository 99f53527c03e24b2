/** Prosody with its archive in files of its own, as Debian has it. */
import { existsSync } from 'node:fs'

import { findPort } from '../../packages/server/src/testing/free-port.ts'
import type { Crowd, System } from '../system.ts'
import type { Lodging } from './lodging.ts'
import { lacking, runPeer } from './peer.ts'
import { DOMAIN, nameOf, PASSWORD, ROOMS, XmppClient } from './xmpp.ts'

const KEEPER = 'keeper'
const PROGRAM = '/usr/bin/prosody'

export const prosody: System = {
  name: 'Prosody',
  ...lacking({ prosody: existsSync(PROGRAM) }),
  start: (crowd) => runPeer(crowd, (lodging) => open(lodging, crowd)),
}

/** @returns the port for clients */
async function open(lodging: Lodging, crowd: Crowd): Promise<number> {
  const account = `return { ["password"] = "${PASSWORD}" };\n`
  const names = Array.from({ length: crowd.people }, (_, person) => nameOf(person))
  for (const name of [...names, KEEPER])
    lodging.write(`data/${DOMAIN}/accounts/${name}.dat`, account)
  const port = await findPort()
  const settings = lodging.write('prosody.cfg.lua', configure(port, lodging.folder))
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

const configure = (port: number, folder: string) => `
data_path = "${folder}/data"
log = { warn = "*console" }
modules_enabled = { "saslauth"; "mam"; "smacks" }
modules_disabled = { "s2s" }
c2s_interfaces = { "127.0.0.1" }
c2s_ports = { ${port} }
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
authentication = "internal_plain"
storage = "internal"
default_archive_policy = true
archive_expires_after = "never"
storage_archive_item_limit = 1000000000
VirtualHost "${DOMAIN}"
Component "${ROOMS}" "muc"
  modules_enabled = { "muc_mam" }
  muc_room_locking = false
  muc_log_expires_after = "never"
`
