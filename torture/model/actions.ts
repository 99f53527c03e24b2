/** What people do and what befalls them: a run is a list of these, which fast-check makes up and cuts down. */
import * as fc from 'fast-check'

/** `device`, `room` and `user` are places in the lists of the world, `back` counts messages from the newest. */
export type Action =
  | { readonly does: 'say'; readonly device: number; readonly room: number }
  | { readonly does: 'edit'; readonly device: number; readonly room: number; readonly back: number }
  | {
      readonly does: 'erase'
      readonly device: number
      readonly room: number
      readonly back: number
    }
  | {
      readonly does: 'react'
      readonly device: number
      readonly room: number
      readonly back: number
      readonly on: boolean
    }
  | { readonly does: 'join' | 'leave'; readonly device: number; readonly room: number }
  | {
      readonly does: 'add' | 'remove'
      readonly device: number
      readonly room: number
      readonly user: number
    }
  | { readonly does: 'read' | 'look' | 'open'; readonly device: number; readonly room: number }
  | {
      readonly does: 'makeRoom'
      readonly device: number
      readonly user: number
      readonly visibility: 'public' | 'private'
    }
  | { readonly does: 'openDirect'; readonly device: number; readonly user: number }
  /** Logs out the other browser of the same person. */
  | { readonly does: 'endSession'; readonly device: number }
  /** Of a browser that is out. */
  | { readonly does: 'signIn'; readonly device: number }
  | { readonly does: 'retry'; readonly device: number }
  | { readonly does: 'crash' | 'close' | 'cut' | 'mend' | 'wake'; readonly device: number }
  | {
      readonly does: 'lose'
      readonly device: number
      readonly what: 'requests' | 'silence' | 'answers' | 'dropped' | 'doubled' | 'shuffled'
      readonly count: number
    }
  | { readonly does: 'crashServer' | 'restartServer' | 'failCommit' | 'failSync' }
  | { readonly does: 'backUp' }
  | { readonly does: 'restore'; readonly newEpoch: boolean }
  | { readonly does: 'wait'; readonly ms: number }
  | Rare

/** What is too long, or too particular, to be made up: it is in programs that somebody wrote. */
type Rare =
  /** The server's end of the sockets takes nothing any more; and again. */
  | { readonly does: 'stall' | 'flow'; readonly device: number }
  /** Sends more than a socket may have waiting. */
  | { readonly does: 'shout'; readonly device: number; readonly room: number }
  /** Sends other words under the id of the last ones. */
  | { readonly does: 'reuse'; readonly device: number; readonly room: number }
  /** The next note on the bus is lost. SQLite ends the next batch by itself. */
  | { readonly does: 'loseNote' | 'endEarly' }

export interface Program {
  /** For delays, ids and fates. */
  readonly seed: number
  readonly actions: readonly Action[]
}

/** Devices: three phones, three laptops, and second tabs on two of the phones. Rooms: four, and the newest two that are made. */
const sizes = { devices: 8, rooms: 6, users: 3 }

const device = fc.nat(sizes.devices - 1)
const room = fc.nat(sizes.rooms - 1)
const user = fc.nat(sizes.users - 1)
const back = fc.nat(3)
const does = <T extends string>(...names: T[]) => fc.constantFrom(...names)

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ does: fc.constant('say' as const), device, room }) },
  { weight: 3, arbitrary: fc.record({ does: does('edit', 'erase'), device, room, back }) },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('react' as const),
      device,
      room,
      back,
      on: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ does: does('join', 'leave'), device, room }) },
  { weight: 2, arbitrary: fc.record({ does: does('add', 'remove'), device, room, user }) },
  { weight: 3, arbitrary: fc.record({ does: does('read', 'look', 'open'), device, room }) },
  {
    weight: 4,
    arbitrary: fc.record({ does: does('crash', 'close', 'cut', 'mend', 'wake', 'retry'), device }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant('lose' as const),
      device,
      what: fc.constantFrom(
        'requests' as const,
        'silence' as const,
        'answers' as const,
        'dropped' as const,
        'doubled' as const,
        'shuffled' as const,
      ),
      count: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constant('makeRoom' as const),
      device,
      user,
      visibility: fc.constantFrom('public' as const, 'private' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('openDirect' as const), device, user }) },
  { weight: 2, arbitrary: fc.record({ does: does('endSession', 'signIn'), device }) },
  {
    weight: 2,
    arbitrary: fc.record({ does: does('crashServer', 'restartServer', 'failCommit', 'failSync') }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      does: fc.constant('wait' as const),
      ms: fc.constantFrom(1, 20, 100, 700, 3_000, 30_000),
    }),
  },
)

/** Putting back an earlier state of the server is rarer than all else. */
const backups: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ does: fc.constant('backUp' as const) }),
  fc.record({ does: fc.constant('restore' as const), newEpoch: fc.boolean() }),
)

export const program: fc.Arbitrary<Program> = fc.record({
  seed: fc.nat(),
  actions: fc.array(
    fc.oneof({ weight: 40, arbitrary: action }, { weight: 1, arbitrary: backups }),
    {
      maxLength: 40,
      size: 'max',
    },
  ),
})
