/**
 * The processes, and the people who speak to any of them: each request goes to one by chance, and each
 * new socket of a device to another than its last. Nothing is sticky.
 */
import { join } from 'node:path'

import { nodeOptions } from '@roost/sdk/node'

import type { Chance } from '../../chance.ts'
import { findUnsettled } from '../../final-state.ts'
import type { Device } from '../device.ts'
import type { Siege } from '../siege.ts'
import type { Engines } from './engines.ts'
import { Member } from './member.ts'
import { watchOrder } from './watch-order.ts'

interface Surroundings {
  readonly engines: Engines
  /** What is seen to be wrong. */
  readonly found: string[]
  readonly chance: Chance
  readonly env: Readonly<Record<string, string>>
  readonly count: number
}

const NOWHERE = 'http://127.0.0.1:1'
const DEVICES_EACH = 2

export class Neighbourhood {
  readonly members: readonly Member[]
  readonly #siege: Siege
  readonly #found: string[]
  readonly #chance: Chance
  readonly #answers = new Map<number, number>()

  private constructor(siege: Siege, members: readonly Member[], around: Surroundings) {
    this.#siege = siege
    this.members = members
    this.#found = around.found
    this.#chance = around.chance.part('balance')
  }

  static async settle(siege: Siege, around: Surroundings): Promise<Neighbourhood> {
    const { engines, env, chance, count } = around
    const names = Array.from({ length: count }, (_, at) => `process ${at + 1}`)
    const members = await Promise.all(
      names.map((name) =>
        Member.settle(
          { name, folder: join(siege.folder, name), env },
          { databaseUrl: siege.place, redisUrl: engines.redis.url, chance },
        ),
      ),
    )
    return new Neighbourhood(siege, members, around)
  }

  /** Starts the processes, and then the devices. */
  async moveIn(): Promise<void> {
    // The first alone: it may have a database to bring up to date.
    const [first, ...others] = this.members
    await first?.start()
    await Promise.all(others.map((member) => member.start()))
    const siege = this.#siege
    siege.url = first?.url ?? NOWHERE
    for (const person of siege.town.people)
      for (let count = 0; count < DEVICES_EACH; count += 1)
        siege.addDevice(person, this.#line(siege.devices.length), { fetch: this.#fetch })
    await siege.begin()
  }

  /** One that takes requests. */
  pick(): Member | undefined {
    const there = this.members.filter(({ isThere }) => isThere)
    return there.length === 0 ? undefined : this.#chance.pick(there)
  }

  /**
   * Who is told that all is well again, as by a phone: not those whom nothing shows that anything was
   * wrong. They must hear from the server what they have missed.
   */
  readonly wouldWake = ({ client }: Device): boolean => {
    const state = client.getState()
    return state.connection.status !== 'online' || findUnsettled(state).length > 0
  }

  findFallen(): string[] {
    return this.members.flatMap(({ name, fell }) =>
      fell === undefined ? [] : [`${name} ended by itself: ${fell}`],
    )
  }

  tellAnswers(): string {
    const counts = [...this.#answers].toSorted(([a], [b]) => a - b)
    return counts.map(([status, count]) => `${count} of ${status}`).join(', ')
  }

  async end(): Promise<void> {
    this.#siege.stopDevices()
    await Promise.all(this.members.map((member) => member.end()))
  }

  #line(index: number) {
    let turn = index
    return {
      url: () => this.pick()?.url ?? NOWHERE,
      socketUrl: () => {
        const there = this.members.filter(({ isThere }) => isThere)
        turn += 1
        return there[turn % there.length]?.url ?? NOWHERE
      },
      frames: watchOrder(this.#found),
    }
  }

  readonly #fetch = async (url: string, init?: RequestInit): Promise<Response> => {
    const response = await nodeOptions(NOWHERE).fetch(url, init)
    const { status } = response
    this.#answers.set(status, (this.#answers.get(status) ?? 0) + 1)
    if (status >= 500 && status !== 503)
      this.#found.push(`${init?.method ?? 'GET'} ${url} was answered with ${status}.`)
    return response
  }
}
