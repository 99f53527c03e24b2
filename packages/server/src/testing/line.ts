/** A socket seen from both ends: the frames that came, and the writes of the server they came by. */
import type { ServerFrame } from '@roost/protocol'

import type { Person } from './person.ts'
import type { TestSocket } from './test-socket.ts'
import { watchUpgrades } from './watch-upgrades.ts'

/** How an answer to a ping begins: the test asks by those what has arrived. */
const PONG = 0x8a

export interface Line {
  readonly socket: TestSocket
  /** The size of each. */
  readonly writes: readonly number[]
}

export interface Heard {
  readonly frames: readonly ServerFrame[]
  readonly writes: number
  /** With the headers of the frames. */
  readonly bytes: number
}

/** To a server in this process; one after another, to know whose end is whose. */
export async function openLine(person: Person): Promise<Line> {
  const upgrades = watchUpgrades()
  const socket = await person.connect()
  upgrades.stop()
  const [end, ...others] = upgrades.sockets
  if (!end || others.length > 0) throw new Error('Somebody else connected, too.')
  const writes: number[] = []
  const write = Reflect.get(end, 'write')
  end.write = (data: unknown, ...rest: unknown[]) => {
    if (Buffer.isBuffer(data) && data[0] !== PONG) writes.push(data.length)
    return Reflect.apply(write, end, [data, ...rest]) as boolean
  }
  return { socket, writes }
}

/** What comes over each of these because of an act, and of nothing that was before. */
export async function hearAll(lines: readonly Line[], act: () => unknown): Promise<Heard[]> {
  const settle = () => Promise.all(lines.map(({ socket }) => socket.settle()))
  await settle()
  const before = lines.map(({ socket, writes }) => [socket.frames.length, writes.length] as const)
  await act()
  await settle()
  return lines.map(({ socket, writes }, at) => {
    const [frame, write] = before[at] ?? [0, 0]
    // The last is the answer that shows that this is all.
    const written = writes.slice(write, -1)
    return {
      frames: socket.frames.slice(frame, -1),
      writes: written.length,
      bytes: written.reduce((sum, bytes) => sum + bytes, 0),
    }
  })
}
