import { closeCodes } from '@roost/protocol'
import { afterEach, expect, test } from 'vitest'

import { leaveRoom } from '../messaging/leaving.ts'
import { addMember } from '../messaging/memberships.ts'
import { readEvents } from '../messaging/replay.ts'
import type { Database } from '../storage/database.ts'
import { closeAll, connectAll } from '../testing/person.ts'
import { seedMessages } from '../testing/seed.ts'
import { shareServer } from '../testing/share-server.ts'
import { openSocket, signInBrowser, signOut } from '../testing/sign-in.ts'
import { TestSocket } from '../testing/test-socket.ts'

/** Races, each hit on purpose: something happens in the moment in which the server has read. */
const { server, core, alice, bob, carol } = await shareServer(['alice', 'bob', 'carol'])

/** What happens after the next reads, before their results are looked at; each is used once. */
let moments: (() => Promise<void>)[] = []
const read: Database['read'] = core.database.read.bind(core.database)
const readAndLetHappen: Database['read'] = async (fn) => {
  const moment = moments.shift()
  const result = await read(fn)
  await moment?.()
  return result
}
Object.assign(core.database, { read: readAndLetHappen })
afterEach(() => {
  moments = []
})

/**
 * What the server reads for a handshake: the session, what its user is in, where that stands, and how
 * far the user's own log goes.
 */
const HANDSHAKE = 4
const nothing = async () => {}
const at = (index: number, act: () => Promise<unknown>) => {
  moments = Array.from({ length: index }, () => nothing)
  moments.push(async () => {
    await act()
  })
}
test('whoever leaves while they connect hears nothing after', async () => {
  const { id } = await alice.makeRoomWith([bob], { visibility: 'private' })
  for (let index = 0; index < HANDSHAKE; index++) {
    // A session that no cache knows.
    const browser = await signInBrowser(server, bob)
    at(index, () => leaveRoom(core, { conversationId: id, userId: bob.id, clientId: undefined }))
    const socket = await openSocket(browser)
    expect(moments).toEqual([])
    await alice.send(id, 'without him')
    await bob.settle(socket)
    expect(socket.frames.filter(TestSocket.isEvent(id))).toEqual([])
    await socket.close()
    await alice.add(id, bob)
  }
})

test('a session that ends while its socket opens closes it', async () => {
  for (let index = 0; index < HANDSHAKE; index++) {
    const browser = await signInBrowser(server, bob)
    at(index, () => signOut(browser))
    const socket = await openSocket(browser)
    expect(await socket.closed).toMatchObject({ code: closeCodes.sessionEnded })
  }
})

test('what happens once a socket is open comes to it, without being asked for', async () => {
  const { id } = await alice.makeRoomWith([bob])
  for (let round = 0; round < 20; round++) {
    const socket = await bob.connect()
    const { seq } = await alice.send(id, 'at once')
    await socket.event(id, seq)
    await socket.close()
  }
})

test('who is added while a gap is read gets nothing from before, also when they come back', async () => {
  const { id } = await alice.makeRoomWith([bob], { visibility: 'private' })
  const [bobs, carols] = await connectAll(bob, carol)
  const place = { conversationId: id, clientId: undefined }
  const add = () => addMember(core, { ...place, userId: alice.id, addedId: carol.id })
  for (const comeBack of [false, true]) {
    const [missed = 0] = await seedMessages(core, { ...place, senderId: alice.id, count: 1 })
    let joined = 0
    at(0, async () => {
      ;({ seq: joined } = await add())
      if (!comeBack) return
      await leaveRoom(core, { ...place, userId: carol.id })
      await add()
    })
    core.bus.publish({ type: 'event', conversationId: id, seq: missed })
    await bobs.event(id, missed)
    const { seq } = await alice.send(id, 'welcome')
    for (const socket of [bobs, carols]) await socket.event(id, seq)
    expect(carols.seqs(id).filter((one) => one === missed)).toEqual([])
    expect(carols.seqs(id).filter((one) => one > joined)).toContain(seq)
    await carol.leave(id)
  }
  await closeAll(bobs, carols)
})

test('an event in the moment in which a gap has been read is not lost', async () => {
  const { id } = await alice.makeRoomWith([bob])
  const socket = await bob.connect()
  const store = async () => {
    const [seq = 0] = await seedMessages(core, { conversationId: id, senderId: alice.id, count: 1 })
    return seq
  }
  // How many turns of the microtask queue the note is late by.
  for (let turns = 0; turns < 16; turns++) {
    const missed = await store()
    let seq = 0
    at(0, async () => {
      seq = await store()
      const [logged] = await read((db) =>
        readEvents(db, { conversationId: id, after: seq - 1, limit: 1 }),
      )
      if (!logged) throw new Error('It was stored just now.')
      let turn = Promise.resolve()
      for (let count = 0; count < turns; count++) turn = turn.then(() => {})
      void turn.then(() =>
        core.bus.publish({ type: 'event', conversationId: id, seq, event: logged.event }),
      )
    })
    core.bus.publish({ type: 'event', conversationId: id, seq: missed })
    await socket.event(id, missed)
    await socket.event(id, seq)
  }
  expect(socket.seqs(id)).toEqual([...new Set(socket.seqs(id))])
  await socket.close()
})
