import type { AdminUser, ServerRole } from '@roost/protocol'
import { expect, test } from 'vitest'

import { permissionsOn } from './permissions.ts'

const user = (id: string, role: ServerRole): AdminUser => ({
  id,
  role,
  kind: 'person',
  username: id,
  name: id,
  picture: null,
  email: null,
  createdAt: 0,
  lastSeenAt: null,
  disabled: false,
})
const alice = user('alice', 'owner')
const bob = user('bob', 'admin')
const carol = user('carol', 'user')

test('an owner may do everything to others', () => {
  expect(permissionsOn(alice, bob)).toEqual({ rename: true, act: true, setRole: true })
  expect(permissionsOn(alice, user('another', 'owner'))).toMatchObject({ act: true })
})

test('an administrator manages members, and makes nobody an administrator', () => {
  expect(permissionsOn(bob, carol)).toEqual({ rename: true, act: true, setRole: false })
  for (const other of [alice, user('dave', 'admin')])
    expect(permissionsOn(bob, other)).toEqual({ rename: false, act: false, setRole: false })
})

test('nobody shuts themselves out', () => {
  for (const me of [alice, bob])
    expect(permissionsOn(me, me)).toEqual({ rename: true, act: false, setRole: false })
})
