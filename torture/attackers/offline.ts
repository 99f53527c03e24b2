/** A device is offline for seven days, with a full outbox, while a room goes further than it can replay. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'

import type { Clock } from '@roost/sdk'
import { nodeOptions } from '@roost/sdk/node'
import { startTestServer } from '@roost/server/testing'

import { createChance, type Chance } from '../chance.ts'
import { addOutcomes, judge, nothing, type Attacker, type Order, type Outcome } from './attacker.ts'
import { Chatter, wait } from './chatter.ts'
import { healingTime, Siege } from './siege.ts'
import { newFolder } from './town.ts'

export const offline: Attacker = {
  name: 'offline',
  about: 'a device comes back after seven days, with a full outbox and a gap of over 500 events',
  size: { test: 1, campaign: 3 },
  async run({ seed, attacks, progress }: Order): Promise<Outcome> {
    let outcome = nothing
    for (let attack = 0; attack < attacks; attack += 1) {
      outcome = addOutcomes(outcome, await spendAWeek(createChance(seed).part(`week ${attack}`)))
      progress?.()
    }
    return outcome
  },
}

const WEEK = 7 * 24 * 3_600_000
const GAP = 550
const NOWHERE = 'http://127.0.0.1:1'

async function spendAWeek(chance: Chance): Promise<Outcome> {
  const siege = await Siege.lay()
  const folder = newFolder('device')
  let offset = 0
  const now = () => Date.now() + offset
  const server = await startTestServer({ folder: siege.folder, now })
  siege.url = server.url
  const clock: Clock = {
    now,
    after(ms, act) {
      const timer = setTimeout(act, ms)
      return () => clearTimeout(timer)
    },
  }
  const [alice, bob, carol] = siege.town.people
  if (!alice || !bob || !carol) throw new Error('Somebody is missing.')
  const { recorder, town } = siege
  const common = { recorder, roomIds: town.roomIds }
  try {
    for (const person of [alice, carol]) siege.addDevice(person, {}, { clock })
    let isAway = false
    const line = { url: () => (isAway ? NOWHERE : siege.url) }
    const { storage } = nodeOptions(NOWHERE, join(folder, 'bob'))
    const device = siege.addDevice(bob, line, { clock, storage })
    await siege.begin()
    const everybody = new Chatter({
      ...common,
      devices: siege.devices,
      chance: chance.part('before'),
    })
    for (let step = 0; step < 40; step += 1) everybody.step()
    await wait(500)

    isAway = true
    const alone = new Chatter({
      ...common,
      devices: [device],
      chance: chance.part('away'),
      others: everybody,
    })
    // First it tries in vain; then it is told that there is no network, and keeps what is written.
    for (let step = 0; step < 20; step += 1) alone.step()
    await wait(500)
    device.client.lose()
    for (let step = 0; step < 40; step += 1) alone.step()
    // Calls take effect in order: what was done before is in the file now.
    await wait(100)
    device.client.stop()
    await storage.write([['torture', null]])

    offset += WEEK
    const present = siege.devices.filter((one) => one !== device)
    const talk = new Chatter({
      ...common,
      devices: present,
      chance: chance.part('week'),
      others: everybody,
    })
    for (let step = 0; step < 40; step += 1) talk.step()
    const [roomId = ''] = town.roomIds
    recorder.devices['elsewhere'] = { userId: alice.id, inOrder: false }
    for (let count = 0; count < GAP; count += 10)
      await Promise.all(
        Array.from({ length: 10 }, (_, at) =>
          siege.sendPast({
            device: 'elsewhere',
            person: alice,
            roomId,
            body: `day by day ${count + at}`,
          }),
        ),
      )

    isAway = false
    const waiting = device.client.getState().outbox.length
    await siege.replaceDevice(device, line, { clock, storage })
    const history = await siege.settle()
    const found = [everybody, alone, talk].flatMap((chatter) => chatter.findForgotten(history))
    found.push(...server.reports.map((report) => `The server reports: ${String(report)}`))
    if (waiting < 20) found.push(`Only ${waiting} writes waited: this is no full outbox.`)
    const figures = {
      'writes that waited': `${waiting}`,
      'level again after': healingTime(history),
    }
    return judge(history, { attacks: 1, found, figures })
  } finally {
    siege.stopDevices()
    await server.stop()
    siege.end()
    rmSync(folder, { recursive: true, force: true })
  }
}
