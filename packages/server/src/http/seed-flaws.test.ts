/**
 * What earlier messengers of this kind got wrong, one test each, as far as a server shows it; what
 * only a browser shows is in the journeys. Details have tests of their own beside the code.
 */
import { adminEndpoints, closeCodes, endpoints, errorBody, limits, roomPage } from '@roost/protocol'
import { describe, expect, test } from 'vitest'

import { newClientId, type Person } from '../testing/person.ts'
import { seedMessages } from '../testing/seed.ts'
import { postJson, sendRaw } from '../testing/send-raw.ts'
import { shareServer } from '../testing/share-server.ts'
import { PASSWORD } from '../testing/start-test-server.ts'
import { TestSocket, UpgradeRefused } from '../testing/test-socket.ts'

const { server, core, alice, bob, mallory } = await shareServer(['alice', 'bob', 'mallory'])
const { url } = server
const asOf = (person: Person) => ({
  authorization: `Bearer ${person.token}`,
  'content-type': 'application/json',
})
const signIn = async (username: string) => {
  const reply = await postJson(url, '/api/auth/sign-in/username', { username, password: PASSWORD })
  return { cookie: (reply.cookies[0] ?? '').split(';')[0] ?? '', origin: url }
}
const refuseUpgrade = async (headers: Record<string, string>) => {
  const refusal = await TestSocket.open(url, headers).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(UpgradeRefused)
  return refusal
}
const attempt = (person: Person, id: string, body: object) =>
  person.refusal(endpoints.sendMessage, {
    params: { id },
    body: { clientId: newClientId(), ...body },
  })
const scripts = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '[x](javascript:alert(1))',
  '"><svg/onload=alert(1)>',
]

describe('one to one', () => {
  test('1: nobody changes or deletes what others wrote, or other people', async () => {
    const { id } = await alice.openDirect(bob)
    const message = await alice.send(id, 'mine')
    for (const [person, status] of [
      [bob, 403],
      [mallory, 404],
    ] as const) {
      const params = { id: message.id }
      const edited = { clientId: newClientId(), body: 'x' }
      expect(await person.refusal(endpoints.editMessage, { params, body: edited })).toMatchObject({
        status,
      })
      expect(await person.refusal(endpoints.deleteMessage, { params, body: {} })).toMatchObject({
        status,
      })
      for (const method of ['PATCH', 'PUT', 'DELETE', 'POST']) {
        const path = `/api/v1/users/${alice.id}`
        const reply = await sendRaw(url, {
          method,
          path,
          headers: asOf(person),
          body: '{"name":"x"}',
        })
        expect([method, path, reply.status]).toEqual([method, path, 404])
      }
      const account = { id: alice.id }
      for (const [endpoint, body] of [
        [adminEndpoints.adminUpdateUser, { name: 'x' }],
        [adminEndpoints.adminDeleteUser, { messages: 'delete' }],
      ] as const)
        expect(await person.refusal(endpoint, { params: account, body })).toMatchObject({
          status: 403,
          reason: 'admin_only',
        })
    }
    expect(await mallory.refusal(endpoints.message, { params: { id: message.id } })).toMatchObject({
      status: 404,
    })
    expect(await bob.ask(endpoints.message, { params: { id: message.id } })).toEqual(message)
    expect(await alice.ask(endpoints.me)).toMatchObject({ username: 'alice' })
  })

  test('2 and 14: markup is text: stored as it came, and never served as a page', async () => {
    const { id } = await alice.openDirect(bob)
    for (const body of scripts) {
      await alice.send(id, body)
      expect(await bob.look(id)).toMatchObject({ lastMessage: { body } })
      const { status, headers, text } = await sendRaw(url, {
        path: `/api/v1/conversations/${id}/messages?limit=1`,
        headers: { ...asOf(bob), accept: 'text/html' },
      })
      expect([status, JSON.parse(text)]).toMatchObject([200, { messages: [{ body }] }])
      expect(headers).toMatchObject({
        'content-type': 'application/json; charset=utf-8',
        'x-content-type-options': 'nosniff',
        'content-security-policy': expect.stringContaining("default-src 'none'") as string,
      })
    }
    const { id: edited } = await alice.send(id, 'harmless')
    for (const body of scripts)
      expect(await alice.edit(edited, body)).toMatchObject({ id: edited, body })
  })

  test('3: no page of elsewhere opens a socket', async () => {
    const { cookie } = await signIn('alice')
    for (const origin of ['https://evil.example', 'null', `${url}.evil.example`])
      expect(await refuseUpgrade({ cookie, origin })).toMatchObject({ status: 403 })
  })

  test('4: nothing reaches a socket after its session has ended', async () => {
    const { id } = await alice.openDirect(bob)
    const headers = await signIn('bob')
    const socket = await TestSocket.open(url, headers)
    const witness = await bob.connect()
    await alice.send(id, 'before')
    await socket.find(TestSocket.isEvent(id))
    const frames = socket.frames.length
    await postJson(url, '/api/auth/sign-out', {}, headers)
    const { seq } = await alice.send(id, 'after')
    await witness.event(id, seq)
    expect(await socket.closed).toMatchObject({ code: closeCodes.sessionEnded })
    expect(socket.frames.slice(frames).filter(TestSocket.isEvent(id))).toEqual([])
    await witness.close()
  })

  test('5: a chat that is not open shows its newest message and how many are unread', async () => {
    const { id } = await alice.openDirect(mallory)
    const socket = await alice.connect()
    for (const body of ['one', 'two']) await mallory.send(id, body)
    const { seq } = await mallory.send(id, 'three')
    await socket.event(id, seq)
    const { conversations } = await alice.ask(endpoints.conversations)
    expect(conversations[0]).toMatchObject({ id, unread: 3, lastMessage: { body: 'three' } })
    await socket.close()
  })

  test('6: an address holds ids, and a search may hold any sign', async () => {
    const { id } = await alice.makeRoom({ name: 'C++ & more? 100% #1/2' })
    for (const query of ['C++', '& more?', '100%', '#1/2', '+', '%']) {
      const { rooms } = await bob.ask(endpoints.rooms, { query: { query } })
      expect([query, rooms.map((room) => room.id)]).toEqual([query, [id]])
    }
    const plus = { username: 'a+b', name: 'A', email: 'a+b@example.org', password: PASSWORD }
    expect(await postJson(url, '/api/auth/sign-up/email', plus)).toMatchObject({ status: 400 })
    expect(
      await postJson(url, '/api/auth/sign-up/email', { ...plus, username: 'a.b' }),
    ).toMatchObject({ status: 200 })
  })

  test('7: what was missed is caught up with, and every page is reached', async () => {
    const { id, lastSeq } = await alice.makeRoomWith([bob])
    await seedMessages(core, { conversationId: id, senderId: alice.id, count: 60 })
    const { events } = await bob.ask(endpoints.events, {
      params: { id },
      query: { after: lastSeq },
    })
    expect(events.map(({ seq }) => seq)).toEqual(
      Array.from({ length: 60 }, (_, at) => lastSeq + 1 + at),
    )
    const seen: number[] = []
    // No more pages than there can be, or one that comes again would come for ever.
    let more = true
    for (let pages = 0; more && pages < 10; pages++) {
      const before = seen[0]
      const query = before === undefined ? {} : { before }
      const page = await bob.ask(endpoints.messages, { params: { id }, query })
      seen.unshift(...page.messages.map(({ seq }) => seq))
      more = page.hasBefore
    }
    expect(seen).toEqual(Array.from({ length: lastSeq + 60 }, (_, at) => at + 1))
  })

  test('8: a page of history and a page of people cost a few statements', async () => {
    const { id } = await alice.makeRoomWith([bob])
    await seedMessages(core, { conversationId: id, senderId: alice.id, count: 200 })
    const costOf = async (act: () => Promise<unknown>) => {
      // The session is looked up once a second.
      await alice.ask(endpoints.me)
      const before = core.database.statements()
      await act()
      return core.database.statements() - before
    }
    const page = (limit: number) => () =>
      alice.ask(endpoints.messages, { params: { id }, query: { limit } })
    expect(await costOf(page(100))).toBeLessThan(12)
    expect(await costOf(() => alice.ask(endpoints.users, { query: { limit: 100 } }))).toBeLessThan(
      4,
    )
  })

  test('9: order is by number, and a repeated request stores nothing twice', async () => {
    const { id } = await alice.makeRoomWith([bob])
    const body = { clientId: newClientId(), body: 'once' }
    const send = () => alice.request(endpoints.sendMessage, { params: { id }, body })
    const [first, second] = [await send(), await send()]
    expect([first.status, second.status]).toEqual([201, 200])
    expect(second.body).toEqual(first.body)
    await seedMessages(core, { conversationId: id, senderId: bob.id, count: 30 })
    const query = { limit: 10 }
    const newest = await alice.ask(endpoints.messages, { params: { id }, query })
    const before = newest.messages[0]?.seq ?? 0
    // Something comes in between: the next page is the same.
    await bob.send(id, 'in between')
    const next = await alice.ask(endpoints.messages, {
      params: { id },
      query: { ...query, before },
    })
    expect(next.messages.map(({ seq }) => seq)).toEqual(
      Array.from({ length: 10 }, (_, at) => before - 10 + at),
    )
  })

  test('10: too long, blank or to nowhere is refused in a sentence', async () => {
    const { id } = await alice.openDirect(bob)
    const { lastSeq } = await alice.look(id)
    expect(await attempt(alice, id, { body: 'x'.repeat(limits.messageLength + 1) })).toMatchObject({
      status: 413,
      code: 'too_large',
    })
    expect(await attempt(alice, id, { body: 'x'.repeat(1_000_000) })).toMatchObject({ status: 413 })
    for (const body of ['', ' ', '\n\t ', '\u00a0\u2003'])
      expect(await attempt(alice, id, { body })).toMatchObject({
        status: 400,
        message: 'Write something first.',
      })
    for (const wrong of ['abc', '-1', '1e9', '1; drop table users'])
      expect(await attempt(alice, wrong, { body: 'x' })).toMatchObject({ status: 400, field: 'id' })
    expect((await alice.look(id)).lastSeq).toBe(lastSeq)
    const { id: messageId } = await alice.send(id, 'as it was')
    for (const body of ['x'.repeat(limits.messageLength + 1), '', '\n\t '])
      expect(
        await alice.refusal(endpoints.editMessage, {
          params: { id: messageId },
          body: { clientId: newClientId(), body },
        }),
      ).toMatchObject({ status: body.length > 9 ? 413 : 400 })
    expect((await bob.look(id)).lastMessage).toMatchObject({ body: 'as it was' })
  })

  test('11: weak passwords, logging out by a link, and messages from foreign pages are refused', async () => {
    for (const password of ['1', 'password', 'password123', 'weakling1'])
      expect(
        await postJson(url, '/api/auth/sign-up/email', {
          username: 'weakling',
          name: 'Weakling',
          email: 'weakling@example.org',
          password,
        }),
      ).toMatchObject({ status: 400 })
    for (const newPassword of ['1', 'password123', 'alice alice'])
      expect(
        await alice.refusal(endpoints.changePassword, {
          body: { currentPassword: PASSWORD, newPassword },
        }),
      ).toMatchObject({ status: 400, field: 'newPassword' })
    const { cookie } = await signIn('alice')
    for (const path of ['/api/auth/sign-out', '/logout', '/sign-out'])
      expect(await sendRaw(url, { path, headers: { cookie } })).toMatchObject({ status: 404 })
    expect(await sendRaw(url, { path: '/api/v1/me', headers: { cookie } })).toMatchObject({
      status: 200,
    })
    const { id } = await alice.openDirect(bob)
    const forged = await postJson(
      url,
      `/api/v1/conversations/${id}/messages`,
      { clientId: newClientId(), body: 'forged' },
      { cookie, origin: 'https://evil.example' },
    )
    expect(forged.status).toBe(403)
    expect((await bob.look(id)).lastMessage?.body).not.toBe('forged')
  })
})

describe('rooms', () => {
  test('12: nobody reads or writes without a session, or under another’s name', async () => {
    expect(await refuseUpgrade({})).toMatchObject({ status: 401 })
    expect(await refuseUpgrade({ origin: url })).toMatchObject({ status: 401 })
    const { id } = await alice.makeRoomWith([bob])
    for (const name of ['senderId', 'userId', 'username', 'author'])
      expect(await attempt(bob, id, { body: 'I am alice', [name]: alice.id })).toMatchObject({
        status: 400,
        field: name,
      })
    expect(await bob.send(id, 'I am bob')).toMatchObject({ senderId: bob.id })
    const socket = await bob.connect()
    socket.sendRaw(JSON.stringify({ type: 'typing', conversationId: id, userId: alice.id }))
    expect(await socket.closed).toMatchObject({ code: closeCodes.badFrame })
  })

  test('13: a room opens at its newest messages', async () => {
    const { id } = await alice.makeRoomWith([bob])
    await seedMessages(core, { conversationId: id, senderId: alice.id, count: 100 })
    const { seq } = await alice.send(id, 'the newest')
    const page = await bob.ask(endpoints.messages, { params: { id } })
    expect(page.messages.map((message) => message.seq)).toEqual(
      Array.from({ length: 25 }, (_, at) => seq - 24 + at),
    )
    expect(page).toMatchObject({ hasBefore: true, hasAfter: false })
  })

  test('14: names of rooms and people with markup in them stay text', async () => {
    for (const name of scripts.map((script) => script.slice(0, limits.displayNameMax))) {
      const { id } = await alice.makeRoom({ name, topic: name })
      expect(await bob.look(id)).toMatchObject({ name, topic: name })
      const { rooms } = await bob.ask(endpoints.rooms, { query: { query: name } })
      expect(rooms.map((room) => room.name)).toEqual([name])
      await mallory.ask(endpoints.updateMe, { body: { name, about: name } })
      expect(await bob.ask(endpoints.user, { params: { id: mallory.id } })).toMatchObject({
        name,
        about: name,
      })
    }
  })

  test('15: the room of the address is the room, whatever the body says', async () => {
    const { id: mine } = await bob.makeRoom()
    const { id: theirs, lastSeq } = await alice.makeRoom({ visibility: 'private' })
    for (const field of ['conversationId', 'room', 'id'])
      expect(await attempt(bob, mine, { body: 'over there', [field]: theirs })).toMatchObject({
        status: 400,
        field,
      })
    const { id: quoted } = await alice.send(theirs, 'private')
    expect(await attempt(bob, mine, { body: 'quoting', replyTo: quoted })).toMatchObject({
      status: 400,
      field: 'replyTo',
    })
    expect((await alice.look(theirs)).lastSeq).toBe(lastSeq + 1)
  })

  test('16: empty messages are neither stored nor told', async () => {
    const { id } = await alice.makeRoomWith([bob])
    const socket = await bob.connect()
    for (const body of ['', ' ', '\n']) await attempt(alice, id, { body })
    const { seq } = await alice.send(id, 'something')
    await socket.event(id, seq)
    expect(socket.seqs(id)).toEqual([seq])
    await socket.close()
  })

  test('17: nonsense ends nothing but itself', async () => {
    const { id } = await alice.makeRoomWith([bob])
    const witness = await bob.connect()
    for (const frame of ['{', '[]', 'null', '{"type":"nobody knows"}', '\u0000']) {
      const socket = await alice.connect()
      socket.sendRaw(frame)
      expect(await socket.closed).toMatchObject({ code: closeCodes.badFrame })
    }
    for (const path of [
      `/api/v1/conversations/${newClientId()}`,
      `/api/v1/conversations/${newClientId()}/messages`,
      `/api/v1/users/${newClientId()}`,
    ]) {
      const { status, text } = await sendRaw(url, { path, headers: asOf(alice) })
      expect([status, errorBody.parse(JSON.parse(text)).error.code]).toEqual([404, 'not_found'])
    }
    const { seq } = await alice.send(id, 'all is well')
    await witness.event(id, seq)
    await witness.close()
  })

  test('17: rooms have names of any script, with spaces and accents', async () => {
    for (const name of ['Café crème', '北京 聊天', 'غرفة الأصدقاء', 'a / b', '..', '💬']) {
      const { id } = await alice.makeRoomWith([bob], { name })
      const socket = await bob.connect()
      const { seq } = await alice.send(id, name)
      expect((await socket.event(id, seq)).event).toMatchObject({ message: { body: name } })
      await socket.close()
      const reply = await sendRaw(url, {
        path: `/api/v1/rooms?query=${encodeURIComponent(name)}`,
        headers: asOf(bob),
      })
      const { rooms } = roomPage.parse(JSON.parse(reply.text))
      expect(rooms.map((room) => room.id)).toContain(id)
    }
  })
})
