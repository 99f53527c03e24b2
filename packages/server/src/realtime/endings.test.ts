/** However a session ends, its sockets end with it: nothing that is said afterwards reaches them. */
import { adminEndpoints, closeCodes, endpoints } from '@roost/protocol'
import { expect, test } from 'vitest'

import { signInAs, signInOwner } from '../testing/administrators.ts'
import type { Person } from '../testing/person.ts'
import { shareServer } from '../testing/share-server.ts'
import { PASSWORD } from '../testing/start-test-server.ts'
import { TestSocket } from '../testing/test-socket.ts'

const { server, alice, bob, mallory } = await shareServer(['alice', 'bob', 'mallory'])
const owner = await signInOwner(server)
const { id: room } = await alice.makeRoomWith([bob, mallory])
const witness = await bob.connect()

let password = PASSWORD
const elsewhere = () => signInAs(server, 'mallory', password)
const account = { params: { id: mallory.id } }

/** Each ends the session of mallory that it is given. */
const endings: Record<string, (session: Person) => Promise<unknown>> = {
  'logging out': (session) => session.ask(endpoints.signOut),
  'being logged out from elsewhere': async (session) => {
    const { sessionId: id } = await session.ask(endpoints.me)
    await (await elsewhere()).ask(endpoints.endSession, { params: { id } })
  },
  'being logged out with all others': async () =>
    (await elsewhere()).ask(endpoints.endOtherSessions),
  'a new password': async () => {
    const body = { currentPassword: password, newPassword: 'marmot lantern fjord' }
    await (await elsewhere()).ask(endpoints.changePassword, { body })
    password = body.newPassword
  },
  'a reset by link': async () => {
    const { path } = await owner.ask(adminEndpoints.adminResetLink, account)
    const body = { token: path.split('/').at(-1) ?? '', newPassword: PASSWORD }
    await bob.ask(endpoints.resetPassword, { body })
    password = PASSWORD
  },
  'being signed out by an administrator': () => owner.ask(adminEndpoints.adminSignOutUser, account),
  'being disabled': () =>
    owner.ask(adminEndpoints.adminUpdateUser, { ...account, body: { disabled: true } }),
  'being erased': async () => {
    await owner.ask(adminEndpoints.adminDeleteUser, { ...account, body: { messages: 'keep' } })
  },
}

test.each(Object.entries(endings))('by %s', async (_what, end) => {
  await owner.ask(adminEndpoints.adminUpdateUser, { ...account, body: { disabled: false } })
  const session = await elsewhere()
  const socket = await session.connect()
  const { seq: before } = await alice.send(room, 'before')
  await socket.event(room, before)
  await end(session)
  const heard = socket.frames.length
  const { seq: after } = await alice.send(room, 'after')
  await witness.event(room, after)
  expect(await socket.closed).toMatchObject({ code: closeCodes.sessionEnded })
  expect(socket.frames.slice(heard).filter(TestSocket.isEvent())).toEqual([])
  expect(await session.refusal(endpoints.me)).toMatchObject({ status: 401 })
  await expect(session.connect()).rejects.toMatchObject({ status: 401 })
})
