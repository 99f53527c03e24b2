/**
 * For proving that a client which saw something happen knows what one that starts afterwards is told:
 * stale state + events = fresh snapshot.
 */
import {
  event as knownEvent,
  lenientServerFrame,
  userEvent as knownUserEvent,
} from '@roost/protocol'

import { applyEvent, applyUserEvent } from '../apply-event.ts'
import type { ConversationState, State } from '../state.ts'
import { createDevice, until, type Device } from './world.ts'

interface Server {
  readonly url: string
}

/** A client of this person that is level with the server, with every conversation open. */
export async function startWatching(server: Server, token: string): Promise<Device> {
  const device = createDevice(server, { token })
  const { client } = device
  await client.start()
  await until(client, ({ connection }) => connection.status === 'online')
  await openAll(device)
  return device
}

export async function openAll({ client }: Device): Promise<void> {
  for (const id of Object.keys(client.getState().conversations)) await client.openConversation(id)
}

/** What a client shows that starts now. */
export async function readFresh(server: Server, token: string): Promise<State> {
  const { client } = await startWatching(server, token)
  client.stop()
  return client.getState()
}

/** Nothing but the pure functions, over the frames as they came. */
export function applyFrames(stale: State, frames: readonly string[]): State {
  return frames.reduce((state, text) => {
    const frame = lenientServerFrame.parse(JSON.parse(text))
    if (frame.type === 'event')
      return applyEvent(state, frame.conversationId, frame.seq, knownEvent.parse(frame.event))
    if (frame.type === 'userEvent') return applyUserEvent(state, knownUserEvent.parse(frame.event))
    return state
  }, stale)
}

export function typesOf(frames: readonly string[]): string[] {
  return frames.flatMap((text) => {
    const frame = lenientServerFrame.parse(JSON.parse(text))
    return frame.type === 'event' || frame.type === 'userEvent' ? [frame.event.type] : []
  })
}

/** All that two clients of one person must agree on: not what a client alone remembers. */
export function sharedPart(state: State) {
  const receipts = mineOf(state).map((chat) => [chat.id, chat.receipts])
  return { ...durablePart(state), me: state.me, receipts: Object.fromEntries(receipts) as unknown }
}

/** The part of that which events tell: no signals. */
export function durablePart(state: State) {
  return Object.fromEntries(mineOf(state).map((chat) => [chat.id, durableChat(chat)]))
}

/** Without the rooms that are only being looked into. */
function mineOf({ conversations }: State): ConversationState[] {
  return Object.values(conversations).filter(({ membership }) => membership)
}

function durableChat(conversation: ConversationState) {
  const { typing: _typing, recent: _recent, receipts, membership, ...shared } = conversation
  const { deliveredSeq: _deliveredSeq, ...mine } = membership ?? { deliveredSeq: 0 }
  return { ...shared, mine, members: Object.keys(receipts).toSorted() }
}

/** Without the messages of conversations that are not open in the other state. */
export function withWindowsOf(state: State, other: State): State {
  const conversations = Object.entries(state.conversations).map(([id, conversation]) => {
    const { window: _window, ...closed } = conversation
    return [id, other.conversations[id]?.window ? conversation : closed] as const
  })
  return { ...state, conversations: Object.fromEntries(conversations) }
}
