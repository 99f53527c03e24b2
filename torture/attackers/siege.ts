/** A town under attack: its data folder, its people with a device each, and the end, when all must be level. */
import { uuidv7 } from '@roost/protocol'
import type { ClientOptions } from '@roost/sdk'

import { LEVEL_WITHIN } from '../checker/convergence.ts'
import type { FinalState, History } from '../checker/history.ts'
import { findUnsettled } from '../final-state.ts'
import { expectNoAnswer } from '../refusals.ts'
import { outcomeOf } from '../traffic.ts'
import { createDevice, type Device, type Line } from './device.ts'
import { Recorder } from './recorder.ts'
import { readCounts, readHeads, readMarks, readServerState } from './server-state.ts'
import { openTown, type OpenTown, type Resident, type Town } from './town.ts'

interface Settling {
  /** Milliseconds; what is not level then is wrong. */
  readonly patience?: number
  /** Who is told that the network is whole. */
  readonly wakes?: (device: Device) => boolean
}

export class Siege {
  readonly town: Town
  readonly folder: string
  /** Of what is stored: see `server-state.ts`. */
  readonly place: string
  readonly recorder = new Recorder()
  readonly devices: Device[] = []
  /** Where the server is, or was when it was last seen. */
  url = 'http://127.0.0.1:1'
  /** How far each conversation had got. */
  readonly before: ReadonlyMap<string, number>
  readonly #remove: () => void

  private constructor(opened: OpenTown, before: ReadonlyMap<string, number>) {
    this.town = opened.town
    this.folder = opened.folder
    this.place = opened.place
    this.before = before
    this.#remove = opened.remove
  }

  static async lay(open: () => Promise<OpenTown> = openTown): Promise<Siege> {
    const opened = await open()
    return new Siege(opened, await readHeads(opened.place))
  }

  /** @param line what stands between them and the server */
  addDevice(
    person: Resident,
    line: Partial<Line> = {},
    change: Partial<ClientOptions> = {},
  ): Device {
    const count = this.devices.filter((device) => device.person === person).length
    const name = count === 0 ? person.username : `${person.username} ${count + 1}`
    const { recorder } = this
    const whole = { url: () => this.url, ...line }
    const device = createDevice({ name, person, recorder, line: whole, change })
    this.devices.push(device)
    return device
  }

  addEverybody(line: Partial<Line> = {}): void {
    for (const person of this.town.people) this.addDevice(person, line)
  }

  /** Starts the devices, each with every room open. */
  async begin(): Promise<void> {
    await Promise.all(
      this.devices.map(async ({ client }) => {
        await client.start()
        await Promise.all(this.town.roomIds.map((id) => client.openConversation(id)))
      }),
    )
  }

  /**
   * The faults are over: waits for every device to be where the server is, and writes down what all
   * of them hold.
   */
  async settle({ patience = LEVEL_WITHIN, wakes = () => true }: Settling = {}): Promise<History> {
    const healed = performance.now()
    this.recorder.note({ type: 'healed', at: healed })
    for (const device of this.devices) if (wakes(device)) device.client.wake()
    await Promise.all(this.devices.map((device) => emptied(device, patience)))
    const ends = { heads: await readHeads(this.place), marks: await readMarks(this.place) }
    const finals = await Promise.all(
      this.devices.map(async (device): Promise<FinalState> => {
        await level(device, ends, patience)
        return device.final(performance.now())
      }),
    )
    return {
      devices: this.recorder.devices,
      entries: this.recorder.entries,
      server: await readServerState(this.place, {
        before: this.before,
        counts: await readCounts(this.url, this.town.people),
      }),
      finals,
    }
  }

  /** Sends a message past the SDK, once. Returns the status of the answer, 0 when none came. */
  async sendPast(message: {
    device: string
    person: Resident
    roomId: string
    body: string
    /** To which server, where there are several. */
    url?: string
  }): Promise<number> {
    const { device, person, roomId: conversationId, body, url = this.url } = message
    const op = uuidv7(Date.now(), Math.random)
    this.recorder.invoke({ clientId: op, device, conversationId, write: { type: 'send', body } })
    return this.askPast({
      op,
      person,
      url: `${url}/api/v1/conversations/${conversationId}/messages`,
      body: { clientId: op, body },
    })
  }

  /** Asks past the SDK, once, and writes down what came of it. Returns the status, 0 for no answer. */
  async askPast(asked: {
    op: string
    person: Resident
    url: string
    /** Absent: something is read. */
    body?: unknown
  }): Promise<number> {
    const { op, person, url, body } = asked
    const answer = await fetch(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${person.token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
      .then(async (response) => ({ status: response.status, text: await response.text() }))
      .catch(expectNoAnswer)
    this.recorder.note(outcomeOf(op, answer))
    return answer?.status ?? 0
  }

  /** The same device is switched on again, with what it had stored. */
  async replaceDevice(
    old: Device,
    line: Partial<Line>,
    change: Partial<ClientOptions>,
  ): Promise<Device> {
    this.devices.splice(this.devices.indexOf(old), 1)
    const device = this.addDevice(old.person, line, change)
    await device.client.start()
    await Promise.all(this.town.roomIds.map((id) => device.client.openConversation(id)))
    return device
  }

  stopDevices(): void {
    for (const { client } of this.devices) client.stop()
  }

  end(): void {
    this.stopDevices()
    this.#remove()
  }
}

/** How long after the healing the last device was level, for the figures. */
export function healingTime({ entries, finals }: History): string {
  const healed = entries.findLast((entry) => entry.type === 'healed')
  const last = Math.max(...finals.map(({ at }) => at))
  return `${Math.round(last - (healed?.at ?? last))} ms`
}

const emptied = (device: Device, within: number) =>
  eventually(device, within, () => findUnsettled(device.client.getState()).length === 0)

interface Ends {
  /** Of each log. */
  readonly heads: ReadonlyMap<string, number>
  /** How far each has read: `userId conversationId`. */
  readonly marks: ReadonlyMap<string, number>
}

function level(device: Device, { heads, marks }: Ends, within: number): Promise<void> {
  const { client, person } = device
  return eventually(device, within, () =>
    Object.values(client.getState().conversations).every(
      ({ id, lastSeq, membership }) =>
        lastSeq >= (heads.get(id) ?? 0) &&
        (membership?.readSeq ?? Infinity) >= (marks.get(`${person.id} ${id}`) ?? 0),
    ),
  )
}

/** Resolves when it holds, or when waiting for it makes no sense any more: the checker says what is wrong. */
function eventually({ client }: Device, within: number, holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!holds()) return
      end()
    }
    const leave = client.subscribe(look)
    const timer = setTimeout(() => end(), within + 2_000)
    const end = () => {
      leave()
      clearTimeout(timer)
      resolve()
    }
    look()
  })
}
