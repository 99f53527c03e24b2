/**
 * The proof that the checker finds what it looks for: every bug that can be switched on in the product
 * is found by a short program, of which nothing is found while it is off.
 */
import type { SeededBug } from '@roost/protocol/seeded-bugs'
import { sow } from '@roost/protocol/seeded-bugs'
import { afterAll, afterEach, expect, test } from 'vitest'

import type { Invariant } from '../checker/ledger.ts'
import type { Action } from './actions.ts'
import { runProgram } from './run.ts'
import { Stage } from './stage.ts'

const stage = new Stage()
afterAll(() => stage.end())
afterEach(() => sow(null))

/** Devices by person, and rooms: the Cellar hides its past from who comes later. */
const [alice, bob, carol, bobsLaptop] = [0, 1, 2, 4]
const [cellar, market, direct] = [0, 1, 2]
const users = { bob: 1, carol: 2 }

const wait = (ms: number): Action => ({ does: 'wait', ms })
const act = <D extends Action['does']>(does: D, device: number, room: number) =>
  ({ does, device, room }) as const
const say = (device: number, room: number) => act('say', device, room)
const message = (does: 'edit' | 'erase', device: number, room: number): Action => ({
  does,
  device,
  room,
  back: 0,
})
const member = (does: 'add' | 'remove', user: number, room: number): Action => ({
  does,
  device: alice,
  room,
  user,
})
const lose = (
  what: Extract<Action, { does: 'lose' }>['what'],
  device: number,
  count = 1,
): Action => ({ does: 'lose', device, what, count })
/** Everybody has it open, and it is quiet. */
const open = (room: number): Action[] => [
  act('open', alice, room),
  act('open', bob, room),
  wait(700),
]

const notCommitted: readonly Action[] = [
  ...open(direct),
  { does: 'failCommit' },
  say(alice, direct),
  wait(700),
]
/** She hears neither the answer nor the event. */
const sentTwice: readonly Action[] = [
  ...open(direct),
  lose('answers', alice),
  lose('dropped', alice),
  say(alice, direct),
  wait(3_000),
]
/** The first of two does not reach him. */
const missingOne: readonly Action[] = [
  ...open(direct),
  lose('dropped', bob),
  say(alice, direct),
  wait(700),
  say(alice, direct),
  wait(700),
]

/** These show in processes of their own alone: the attackers see to them. */
type Elsewhere =
  | 'clock-trusted'
  | 'passed-on-as-it-comes'
  | 'sweep-disabled'
  | 'sweep-looks-back-too-short'
  | 'shown-before-sync'
  | 'synchronous-off'

const bugs: Record<
  Exclude<SeededBug, Elsewhere>,
  { breaks: Invariant; program: readonly Action[] }
> = {
  'acknowledge-before-commit': { breaks: 'I1', program: notCommitted },
  'batch-goes-on-after-rollback': {
    breaks: 'I1',
    program: [...open(direct), { does: 'endEarly' }, say(alice, direct), wait(700)],
  },
  'publish-before-commit': {
    breaks: 'I4',
    program: [...notCommitted, say(bob, direct), wait(700)],
  },
  'seq-outside-transaction': { breaks: 'I4', program: notCommitted },
  'membership-before-lock': {
    breaks: 'I9',
    program: [
      say(bobsLaptop, market),
      wait(700),
      say(bobsLaptop, market),
      wait(700),
      { does: 'cut', device: bobsLaptop },
      member('remove', users.bob, market),
      wait(700),
      say(bobsLaptop, market),
    ],
  },
  'no-dedupe': { breaks: 'I2', program: sentTwice },
  'dedupe-ignores-request': {
    breaks: 'I1',
    program: [say(alice, direct), wait(700), act('reuse', alice, direct)],
  },
  'hint-dropped': { breaks: 'I8', program: [...open(direct), say(alice, direct)] },
  'gap-not-read': {
    breaks: 'I8',
    program: [
      ...open(direct),
      { does: 'loseNote' },
      say(alice, direct),
      wait(700),
      say(alice, direct),
    ],
  },
  'delivers-after-leaving': {
    breaks: 'I9',
    program: [member('remove', users.bob, cellar), wait(700), say(alice, cellar)],
  },
  'delivers-the-hidden-past': {
    breaks: 'I9',
    program: [
      say(alice, cellar),
      wait(700),
      member('add', users.carol, cellar),
      wait(700),
      act('open', carol, cellar),
    ],
  },
  'overflow-ignored': {
    breaks: 'I8',
    program: [
      ...open(direct),
      { does: 'stall', device: bob },
      act('shout', alice, direct),
      wait(30_000),
      { does: 'flow', device: bob },
      wait(3_000),
    ],
  },
  'deleted-text-kept': {
    breaks: 'I1',
    program: [...open(direct), say(alice, direct), wait(700), message('erase', alice, direct)],
  },
  'read-mark-back': {
    breaks: 'I1',
    program: [
      ...open(direct),
      act('open', bobsLaptop, direct),
      say(alice, direct),
      wait(3_000),
      { does: 'cut', device: bobsLaptop },
      act('read', bobsLaptop, direct),
      say(alice, direct),
      wait(700),
      act('read', bob, direct),
      wait(3_000),
    ],
  },
  'joining-not-told': { breaks: 'I8', program: [member('add', users.carol, cellar)] },
  'leaving-not-told': {
    breaks: 'I8',
    program: [...open(cellar), member('remove', users.bob, cellar)],
  },
  'epoch-ignored': {
    breaks: 'I8',
    program: [
      ...open(direct),
      { does: 'backUp' },
      say(alice, direct),
      say(alice, direct),
      wait(700),
      { does: 'restore', newEpoch: true },
      wait(3_000),
    ],
  },
  'ping-count-ignored': {
    breaks: 'I8',
    program: [...open(direct), lose('dropped', bob), say(alice, direct), wait(700)],
  },
  'gap-not-filled': { breaks: 'I8', program: missingOne },
  'applied-out-of-order': { breaks: 'I1', program: missingOne },
  'own-event-skipped': { breaks: 'I8', program: [member('add', users.carol, cellar)] },
  'pending-kept-beside-stored': {
    breaks: 'I2',
    program: [...open(direct), lose('answers', alice), say(alice, direct), wait(3_000)],
  },
  'dropped-on-time-out': {
    breaks: 'I1',
    program: [...open(direct), lose('silence', alice), say(alice, direct), wait(30_000)],
  },
  'retry-overtaken': {
    breaks: 'I5',
    program: [
      ...open(direct),
      lose('requests', alice),
      say(alice, direct),
      say(alice, direct),
      wait(3_000),
    ],
  },
  'new-id-on-retry': { breaks: 'I2', program: sentTwice },
  'cursor-saved-before-apply': {
    breaks: 'I1',
    program: [...open(direct), say(alice, direct), wait(3_000), { does: 'crash', device: bob }],
  },
}

async function broken(actions: readonly Action[]) {
  const { violations } = await runProgram(stage, { seed: 7, actions })
  return violations.map(({ invariant, sentence }) => ({ invariant, sentence }))
}

test.each(Object.entries(bugs))('%s is found, and nothing without it', async (name, bug) => {
  expect(await broken(bug.program)).toEqual([])
  sow(name as SeededBug)
  const found = await broken(bug.program)
  expect(found.map(({ invariant }) => invariant)).toContain(bug.breaks)
})
