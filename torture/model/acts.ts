/** What people do on a device, and what befalls it. */
import { ConnectionError } from '@roost/sdk'

import { letGo } from '../refusals.ts'
import type { Action } from './actions.ts'
import type { Device } from './device.ts'
import { ADDRESS } from './line.ts'
import { endOtherSession } from './sessions.ts'
import type { World } from './world.ts'

/** Signing in takes a server: see sessions.ts. */
type DeviceAction = Exclude<Extract<Action, { device: number }>, { does: 'signIn' }>

const EMOJI = ['👍', '🎉']
/** More than a socket may have waiting. */
const SHOUTED = 130
const LONG = 9_900

export class Acts {
  readonly #world: World
  #said = 0
  #lastSent = ''

  constructor(world: World) {
    this.#world = world
  }

  do(device: Device, action: DeviceAction): void {
    switch (action.does) {
      case 'crash':
        return device.crash()
      case 'close':
        return device.close()
      case 'cut':
        return device.line.cut()
      case 'mend':
        device.line.mend()
        return device.client.wake()
      case 'wake':
        return device.client.wake()
      case 'stall':
        return device.line.stall()
      case 'flow':
        return device.line.flow()
      case 'lose':
        device.line.faults[action.what] += action.count
        return
      default:
        if (device.client.getState().session === 'signedIn') this.#actSignedIn(device, action)
    }
  }

  #actSignedIn(
    device: Device,
    action: Exclude<
      DeviceAction,
      { does: 'crash' | 'close' | 'cut' | 'mend' | 'wake' | 'stall' | 'flow' | 'lose' }
    >,
  ): void {
    const { client } = device
    switch (action.does) {
      case 'retry':
        for (const { failed, clientId } of client.getState().outbox)
          if (failed) client.retry(clientId)
        return
      case 'endSession':
        return endOtherSession(this.#world, device)
      case 'openDirect':
        return letGo(client.openDirect(this.#userAt(action.user)))
      case 'makeRoom': {
        const name = `Room ${++this.#said}`
        const { visibility } = action
        return letGo(client.createRoom({ name, visibility, userIds: [this.#userAt(action.user)] }))
      }
      default: {
        const id = this.#world.roomAt(action.room)
        if (id !== undefined) this.#actIn(device, id, action)
      }
    }
  }

  #actIn(device: Device, id: string, action: Extract<DeviceAction, { room: number }>): void {
    const { client } = device
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
        return letGo(client.joinRoom(id))
      case 'leave':
        return letGo(client.leaveRoom(id))
      case 'add':
        return letGo(client.addMember(id, this.#userAt(action.user)))
      case 'remove':
        return letGo(client.removeMember(id, this.#userAt(action.user)))
      case 'read': {
        const mine = client.getState().conversations[id]
        if (mine?.membership) client.markRead(id, mine.lastSeq)
        return
      }
      case 'open':
        return letGo(client.openConversation(id))
      case 'look':
        return letGo(this.#fetch(device, `conversations/${id}`))
    }
  }

  #userAt(place: number): string {
    return this.#world.people[place]?.id ?? ''
  }

  #say(device: Device, id: string, more = ''): void {
    if (!device.client.getState().conversations[id]) return
    const body = `${device.name} says ${++this.#said} ${more}`.trim()
    const clientId = device.client.send(id, { body })
    this.#lastSent = clientId
    this.#world.recorder.begin(device.name, clientId, id, { type: 'send', body })
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
    if (does === 'erase') return letGo(client.deleteMessage(id, target))
    const emoji = EMOJI[back % EMOJI.length] ?? ''
    if (does === 'react') return letGo(client.react(id, target, emoji, on))
    const body = `${device.name} writes ${++this.#said}`
    this.#world.recorder.amend(target, body)
    return letGo(client.editMessage(id, target, { body }))
  }

  #reuse(device: Device, id: string): void {
    const body = JSON.stringify({ clientId: this.#lastSent, body: 'Something else' })
    letGo(this.#fetch(device, `conversations/${id}/messages`, { method: 'POST', body }))
  }

  /** Past the SDK; a line that fails is no answer, as it is for that. */
  async #fetch({ line, browser }: Device, path: string, init: RequestInit = {}): Promise<Response> {
    const authorization = `Bearer ${browser.session.token}`
    const headers = { authorization, ...(init.body && { 'content-type': 'application/json' }) }
    try {
      return await line.fetch(`${ADDRESS}/api/v1/${path}`, { ...init, headers })
    } catch (cause) {
      throw new ConnectionError(`${path} got no answer.`, { cause })
    }
  }
}
