import { expect, test } from 'vitest'

import { maySteer, powersOver } from './member-powers.ts'

const other = (role: 'owner' | 'admin' | 'member') => ({ role, isMe: false })

test('the owner gives roles, hands over and removes', () => {
  expect(powersOver(other('member'), 'owner')).toEqual(['makeAdmin', 'handOver', 'remove'])
  expect(powersOver(other('admin'), 'owner')).toEqual(['endAdmin', 'handOver', 'remove'])
})

test('an administrator removes members, and nobody else', () => {
  expect(powersOver(other('member'), 'admin')).toEqual(['remove'])
  expect(powersOver(other('admin'), 'admin')).toEqual([])
  expect(powersOver(other('owner'), 'admin')).toEqual([])
})

test('members and those who look in from outside may do nothing', () => {
  expect(powersOver(other('member'), 'member')).toEqual([])
  expect(powersOver(other('member'), undefined)).toEqual([])
})

test('of oneself there is only stepping down', () => {
  expect(powersOver({ role: 'admin', isMe: true }, 'admin')).toEqual(['stepDown'])
  expect(powersOver({ role: 'owner', isMe: true }, 'owner')).toEqual([])
})

test('an archived room is changed by nobody', () => {
  const membership = { role: 'owner' as const }
  expect(maySteer({ membership, archivedAt: null })).toBe(true)
  expect(maySteer({ membership, archivedAt: 1 })).toBe(false)
  expect(maySteer({ membership: null, archivedAt: null })).toBe(false)
})
