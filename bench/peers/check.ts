/**
 * Sees that the peers do what is said of them: whoever is written to is told, everything is in both
 * archives afterwards, and who comes back is told what came since. Its figures are a sign of life, no
 * measurement. For the hand:
 *   node bench/peers/check.ts [ejabberd | prosody | prosodyOnSqlite] …
 */
import { deepEqual, equal } from 'node:assert/strict'

import type { Client } from '../system.ts'
import { ejabberd } from './ejabberd.ts'
import type { Peer } from './peer.ts'
import { prosody, prosodyOnSqlite } from './prosody.ts'
import { XmppClient } from './xmpp.ts'

const PEOPLE = 128
const MEMBERS = 10
const MESSAGES = 10_000
const IN_FLIGHT = 64
const TEXT = `<Straße> & "\u{1f426}"\r\n'你好'`

const systems: Readonly<Record<string, Peer>> = { ejabberd, prosody, prosodyOnSqlite }
const chosen = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(systems)
for (const name of chosen) {
  const system = systems[name]
  if (!system) throw new Error(`There is no ${name} among ${Object.keys(systems).join(', ')}.`)
  if (system.lacks) console.log(`${system.name}: ${system.lacks}`)
  else await check(system)
}

async function check(system: Peer): Promise<void> {
  const running = await system.start({ people: PEOPLE, members: MEMBERS })
  try {
    const clients = await Promise.all(
      Array.from({ length: PEOPLE }, (_, person) => running.connect(person)),
    )
    const [alice, bob, carol] = clients
    if (!alice || !bob || !carol) throw new Error('Nobody came.')
    await talk(alice, bob)
    await talkInRoom(alice, clients.slice(0, MEMBERS))
    const rate = await talkAll(clients)
    equal(await count(clients), 2 * (MESSAGES + 2))
    for (const missed of [0, 3, 100]) {
      const back = await running.comeBack(1, await running.findPlace(1, missed))
      equal(back.events, missed)
      await back.close()
    }
    console.log(`${system.name}: ${rate} messages a second, all in the archives.`)
    for (const client of clients) client.close()
  } finally {
    await running.stop()
  }
}

async function talk(alice: Client, bob: Client): Promise<void> {
  const [toBob, toAlice] = [nextText(bob), nextText(alice)]
  await alice.send(1, TEXT)
  equal(await toBob, TEXT)
  await bob.send(0, 'Hello.')
  equal(await toAlice, 'Hello.')
}

async function talkInRoom(alice: Client, members: readonly Client[]): Promise<void> {
  const told = Promise.all(members.map(nextText))
  await alice.send('room', TEXT)
  deepEqual(
    await told,
    members.map(() => TEXT),
  )
  if (alice instanceof XmppClient) equal(await alice.countArchive('room'), 1)
}

async function talkAll(clients: readonly Client[]): Promise<number> {
  let [left, missing] = [MESSAGES, MESSAGES]
  const told = new Promise<void>((resolve) => {
    const onText = () => {
      missing -= 1
      if (missing === 0) resolve()
    }
    for (const client of clients) client.onText = onText
  })
  const writers = clients.filter((_, person) => person % 2 === 0).slice(0, IN_FLIGHT)
  const start = performance.now()
  await Promise.all(
    writers.map(async (writer, pair) => {
      while (left > 0) {
        left -= 1
        await writer.send(2 * pair + 1, `The ${left}th from the end.`)
      }
    }),
  )
  await told
  return Math.round((MESSAGES * 1_000) / (performance.now() - start))
}

async function count(clients: readonly Client[]): Promise<number> {
  let sum = 0
  for (const client of clients) if (client instanceof XmppClient) sum += await client.countArchive()
  return sum
}

function nextText(client: Client): Promise<string> {
  return new Promise((resolve) => {
    client.onText = resolve
  })
}
