/** One run: people act, things befall them, all is mended, and the history is checked. */
import type { State } from '@roost/sdk'

import { createConversation } from '../../packages/server/src/messaging/conversations.ts'
import { StorageUnavailableError } from '../../packages/server/src/storage/errors.ts'
import { createChance } from '../chance.ts'
import { check } from '../checker/check.ts'
import type { History, ServerState } from '../checker/history.ts'
import type { Violation } from '../checker/ledger.ts'
import { isUnsettled } from '../final-state.ts'
import { sizes, type Action, type Program } from './actions.ts'
import { Device } from './device.ts'
import { ADDRESS } from './line.ts'
import type { Person } from './model-server.ts'
import { Recorder } from './recorder.ts'
import { compareWithReference } from './reference.ts'
import { readServerState } from './server-state.ts'
import type { Stage } from './stage.ts'

export interface Outcome {
  readonly violations: readonly Pick<Violation, 'invariant' | 'sentence'>[]
  readonly history: History
}

const NAMES = ['alice', 'bob', 'carol']
const EMOJI = ['👍', '🎉']
const PING_EVERY = 25_000
const SETTLE_FOR = 200
const RETRY_AFTER = 5_000
const LEVEL_WITHIN = 5_000
const SHOUTED = 130
const LONG = 9_900
const LOOK_EVERY = 250

export function runProgram(stage: Stage, program: Program): Promise<Outcome> {
  return stage.play(async () => {
    const run = new Run(stage, createChance(program.seed).fraction)
    try {
      await run.begin()
      for (const action of program.actions) {
        await run.act(action)
        await stage.time.pass(run.shortly())
      }
      return await run.conclude()
    } catch (error) {
      stage.spoil()
      throw error
    } finally {
      await run.end()
    }
  })
}

class Run {
  readonly #stage: Stage
  readonly #chance: () => number
  readonly #recorder = new Recorder()
  readonly #before = new Map<string, number>()
  readonly #rooms: string[] = []
  #people: Person[] = []
  #devices: Device[] = []
  #restore: ((as: { newEpoch: boolean }) => void) | undefined
  #said = 0
  #lastSent = ''
  #isHarmed = false
  #hasFailed = false

  constructor(stage: Stage, chance: () => number) {
    this.#stage = stage
    this.#chance = chance
  }

  /** Little time passes between two acts. */
  shortly(): number {
    return Math.floor(this.#chance() * 40)
  }

  async begin(): Promise<void> {
    const { server, time } = this.#stage
    server.reports.length = 0
    for (const name of NAMES) {
      this.#people.push(await server.settle(name))
      await time.pass(1)
    }
    const [alice, bob, carol] = this.#people.map(({ id }) => id)
    if (alice === undefined || bob === undefined || carol === undefined) throw new Error('Nobody.')
    const room = { kind: 'room', visibility: 'private', history: 'sinceJoin' } as const
    const open = { ...room, visibility: 'public', history: 'all' } as const
    const family = { ...room, history: 'all' } as const
    const rooms = [
      { ...room, name: 'Cellar', userIds: [bob] },
      { ...open, name: 'Market', userIds: [bob] },
      { kind: 'direct', userId: bob } as const,
      { ...family, name: 'Family', userIds: [bob, carol] },
    ]
    for (const input of rooms) {
      const { conversationId } = await createConversation(server.app.core, alice, input)
      this.#rooms.push(conversationId)
      this.#before.set(conversationId, 1)
      await time.pass(1)
    }
    const world = { time, server, chance: this.#chance, recorder: this.#recorder }
    this.#devices = Array.from({ length: sizes.devices }, (_, at) => {
      const person = this.#people[at % NAMES.length]
      if (!person) throw new Error('A device without an owner.')
      return new Device(`${person.name}’s ${at < NAMES.length ? 'phone' : 'laptop'}`, person, world)
    })
    for (const device of this.#devices.slice(0, NAMES.length)) void device.client
    await time.pass(2_000)
  }

  async act(action: Action): Promise<void> {
    const { time, server, commits } = this.#stage
    switch (action.does) {
      case 'wait':
        return time.pass(action.ms)
      case 'crashServer':
        this.#isHarmed = true
        return this.#crashServer()
      case 'restartServer':
        await this.#stopServer()
        return server.start()
      case 'failCommit':
        this.#isHarmed = true
        this.#hasFailed = true
        commits.failing++
        return
      case 'endEarly':
        this.#isHarmed = true
        this.#hasFailed = true
        commits.endingEarly++
        return
      case 'loseNote':
        return loseNote(server.app.core.bus)
      case 'backUp':
        this.#restore = server.isUp ? server.keep() : this.#restore
        return
      case 'restore':
        return this.#restoreServer(action.newEpoch)
      default: {
        const device = this.#devices[action.device]
        if (device) this.#actOn(device, action)
      }
    }
  }

  #actOn(device: Device, action: Extract<Action, { device: number }>): void {
    switch (action.does) {
      case 'crash':
        return device.crash()
      case 'cut':
        return device.line.cut()
      case 'mend':
        device.line.mend()
        return device.client.wake()
      case 'wake':
        return device.client.wake()
      case 'retry':
        for (const { failed, clientId } of device.client.getState().outbox)
          if (failed) device.client.retry(clientId)
        return
      case 'stall':
        return device.line.stall()
      case 'flow':
        return device.line.flow()
      case 'lose':
        device.line.faults[action.what] += action.count
        return
      default:
        return this.#write(device, action)
    }
  }

  #write(device: Device, action: Extract<Action, { room: number }>): void {
    const { client } = device
    const id = this.#rooms[action.room] ?? ''
    const state = client.getState()
    if (state.session !== 'signedIn') return
    const mine = state.conversations[id]
    switch (action.does) {
      case 'say':
        return this.#say(device, id)
      case 'shout':
        for (let count = 0; count < SHOUTED; count++) this.#say(device, id, 'x'.repeat(LONG))
        return
      case 'reuse':
        return this.#reuse(device, id)
      case 'edit':
      case 'erase':
      case 'react':
        return this.#change(device, id, action)
      case 'join':
        return ignore(client.joinRoom(id))
      case 'leave':
        return ignore(client.leaveRoom(id))
      case 'add':
      case 'remove': {
        const userId = this.#people[action.user]?.id ?? ''
        return ignore(
          action.does === 'add' ? client.addMember(id, userId) : client.removeMember(id, userId),
        )
      }
      case 'read':
        if (mine?.membership) client.markRead(id, mine.lastSeq)
        return
      case 'open':
        return ignore(client.openConversation(id))
      case 'look':
        return ignore(
          device.line.fetch(`${ADDRESS}/api/v1/conversations/${id}`, {
            headers: { authorization: `Bearer ${device.person.token}` },
          }),
        )
    }
  }

  #say(device: Device, id: string, more = ''): void {
    if (!device.client.getState().conversations[id]) return
    const body = `${device.name} says ${++this.#said} ${more}`.trim()
    const clientId = device.client.send(id, { body })
    this.#lastSent = clientId
    this.#recorder.begin(device.name, clientId, id, { type: 'send', body })
  }

  /** Of a message that is there or still on its way. */
  #change(
    device: Device,
    id: string,
    { does, back, on = true }: { does: string; back: number; on?: boolean },
  ): void {
    const { client, person } = device
    const { conversations, outbox } = client.getState()
    const stored = conversations[id]?.window?.messages.flatMap((message) =>
      message.kind === 'text' && (does === 'react' || message.senderId === person.id)
        ? message.id
        : [],
    )
    const pending = outbox.flatMap((entry) =>
      entry.type === 'send' && entry.conversationId === id ? entry.clientId : [],
    )
    const target = [...new Set([...(stored ?? []), ...pending])].at(-1 - back)
    if (target === undefined) return
    if (does === 'erase') return ignore(client.deleteMessage(id, target))
    const emoji = EMOJI[back % EMOJI.length] ?? ''
    if (does === 'react') return ignore(client.react(id, target, emoji, on))
    const body = `${device.name} writes ${++this.#said}`
    this.#recorder.amend(target, body)
    return ignore(client.editMessage(id, target, { body }))
  }

  #reuse(device: Device, id: string): void {
    const body = JSON.stringify({ clientId: this.#lastSent, body: 'Something else' })
    const authorization = `Bearer ${device.person.token}`
    const headers = { authorization, 'content-type': 'application/json' }
    const path = `${ADDRESS}/api/v1/conversations/${id}/messages`
    ignore(device.line.fetch(path, { method: 'POST', body, headers }))
  }

  #crashServer(): void {
    this.#stage.server.crash()
    for (const { line } of this.#devices) line.breakSockets()
  }

  /** Sockets hear that it is going; what they are told may be on its way still. */
  async #stopServer(): Promise<void> {
    const { time, server, commits } = this.#stage
    commits.failing = 0
    const stopped = server.stop()
    for (let turn = 0; turn < 4; turn++) await time.pass(1_000)
    await stopped
    for (const { line } of this.#devices) line.breakSockets()
  }

  async #restoreServer(newEpoch: boolean): Promise<void> {
    if (!this.#restore) return
    this.#isHarmed = true
    this.#crashServer()
    this.#restore({ newEpoch })
    // A disk that fails while the server starts keeps it from starting: that is no case of this model.
    this.#stage.commits.failing = 0
    this.#recorder.note({ type: 'rolledBack' })
    await this.#stage.server.start()
  }

  async conclude(): Promise<Outcome> {
    const { time, server } = this.#stage
    this.#stage.commits.failing = 0
    this.#stage.commits.endingEarly = 0
    await server.start()
    const used = this.#used()
    const hasLost = used.some(({ line }) => line.hasLost)
    const cut = new Set(used.filter(({ line }) => line.isCut))
    for (const { line } of used) {
      line.mend()
      line.flow()
    }
    // What had no answer fails at last, and then whoever is waiting to try again hears that it is worth it.
    await time.pass(SETTLE_FOR)
    for (const device of used)
      if (cut.has(device) || isWaiting(device.client.getState())) device.client.wake()
    if (hasLost) await time.pass(PING_EVERY + 1_000)
    // What a failing disk had refused is tried again when the server said.
    if (this.#hasFailed) await time.pass(RETRY_AFTER)
    this.#recorder.note({ type: 'healed', at: time.now() })
    const state = await this.#level()
    const history: History = {
      devices: this.#recorder.devices,
      entries: this.#recorder.entries,
      server: state,
      finals: this.#used().map((device) => device.final(this.#levelAt)),
    }
    return {
      violations: [
        ...check(history),
        ...compareWithReference(history),
        ...(this.#isHarmed ? [] : server.reports.filter((error) => !isStopping(error)).map(told)),
      ],
      history,
    }
  }

  #levelAt = 0

  /** Waits until every device is where the server is, or for as long as it may take. */
  async #level(): Promise<ServerState> {
    const { time, server } = this.#stage
    const end = time.now() + LEVEL_WITHIN
    for (;;) {
      this.#openAll()
      await time.pass(LOOK_EVERY)
      this.#levelAt = time.now()
      if (this.#mayBeLevel()) {
        const state = await readServerState(server.app, this.#before)
        if (this.#isLevel(state)) return state
      }
      if (time.now() >= end) return readServerState(server.app, this.#before)
    }
  }

  /** Whatever something happened in is to be looked at. */
  #openAll(): void {
    for (const { client } of this.#used())
      for (const { id, lastSeq, membership, window } of Object.values(
        client.getState().conversations,
      ))
        if (membership && !window && lastSeq > (this.#before.get(id) ?? 0))
          ignore(client.openConversation(id))
  }

  /** Asked before the database is. */
  #mayBeLevel(): boolean {
    const seqs = new Map<string, number>()
    return this.#used().every(({ client }) => {
      const { outbox, conversations } = client.getState()
      if (outbox.some(isUnsettled)) return false
      return Object.values(conversations).every(({ id, lastSeq, membership }) => {
        if (!membership) return true
        const other = seqs.get(id) ?? lastSeq
        seqs.set(id, lastSeq)
        return other === lastSeq
      })
    })
  }

  #isLevel({ conversations }: ServerState): boolean {
    return this.#used().every(({ client, person }) =>
      conversations.every(({ id, lastSeq, members }) => {
        const member = members.find(({ userId }) => userId === person.id)
        const mine = client.getState().conversations[id]
        if (!member) return !mine?.membership
        return (
          (mine?.window !== undefined || lastSeq === this.#before.get(id)) &&
          mine?.lastSeq === lastSeq &&
          mine.unread === member.unread &&
          mine.membership?.readSeq === member.readSeq
        )
      }),
    )
  }

  /** Devices that nobody has touched are never switched on. */
  #used(): Device[] {
    return this.#devices.filter(({ isOn }) => isOn)
  }

  async end(): Promise<void> {
    for (const device of this.#used()) device.stop()
    await this.#stage.time.pass(5_000)
  }
}

/** A bus may lose what it is given. */
function loseNote(bus: { publish(note: { readonly type: string }): void }): void {
  const publish = bus.publish.bind(bus)
  bus.publish = (note) => {
    if (note.type !== 'event') return publish(note)
    bus.publish = publish
  }
}

function isWaiting({ connection, conversationsLoaded, outbox }: State): boolean {
  return connection.status !== 'online' || !conversationsLoaded || outbox.some(isUnsettled)
}

/** Sockets that close after the last of it still say when their people were last seen. */
function isStopping(error: unknown): boolean {
  return error instanceof StorageUnavailableError
}

function told(error: unknown) {
  return { invariant: 'I3', sentence: `The server reports: ${String(error)}` } as const
}

/** Refusals are in the history already. */
function ignore(work: Promise<unknown>): void {
  work.catch(() => {})
}
