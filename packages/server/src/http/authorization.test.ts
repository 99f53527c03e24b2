/**
 * Who may do what: every endpoint and every frame of the socket × everyone there is, with what they
 * are answered. An endpoint without its line here fails.
 */
import { adminEndpoints, endpoints, type ClientFrame } from '@roost/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { signInOwner } from '../testing/administrators.ts'
import type { Person } from '../testing/person.ts'
import {
  everyEndpoint,
  rightCalls,
  sendCall,
  type AnyEndpointName,
  type Place,
} from '../testing/right-calls.ts'
import { shareServer } from '../testing/share-server.ts'
import { TestSocket, UpgradeRefused } from '../testing/test-socket.ts'

const { server, core, ...people } = await shareServer([
  'alice',
  'bob',
  'carol',
  'dora',
  'erin',
  'grace',
  'heidi',
  'mallory',
  'ruth',
])
const { alice, bob, carol, dora, erin, grace, heidi, mallory, ruth } = people
const owner = await signInOwner(server, ruth)

const tables = {
  /** What is the same wherever one is. */
  server: `
                        anonymous disabled outsider removed member roomAdmin roomOwner admin owner
  server                      200      200      200     200    200       200       200   200   200
  openapi                     200      200      200     200    200       200       200   200   200
  setUp                       403      403      403     403    403       403       403   403   403
  signUp                      403      403      403     403    403       403       403   403   403
  signInUsername              401      401      401     401    401       401       401   401   401
  signInEmail                 401      401      401     401    401       401       401   401   401
  requestPasswordReset        200      200      200     200    200       200       200   200   200
  resetPassword               403      403      403     403    403       403       403   403   403
  me                          401      401      200     200    200       200       200   200   200
  updateMe                    401      401      200     200    200       200       200   200   200
  setMyPicture                401      401      200     200    200       200       200   200   200
  removeMyPicture             401      401      200     200    200       200       200   200   200
  changePassword              401      401      200     200    200       200       200   200   200
  changeEmail                 401      401      200     200    200       200       200   200   200
  sessions                    401      401      200     200    200       200       200   200   200
  endSession                  401      401      404     404    404       404       404   404   404
  endOtherSessions            401      401      200     200    200       200       200   200   200
  users                       401      401      200     200    200       200       200   200   200
  user                        401      401      200     200    200       200       200   200   200
  conversations               401      401      200     200    200       200       200   200   200
  sync                        401      401      200     200    200       200       200   200   200
  createConversation          401      401      201     201    201       201       201   201   201
  rooms                       401      401      200     200    200       200       200   200   200
  lookAtInvite                403      403      403     403    403       403       403   403   403
  redeemInvite                401      401      403     403    403       403       403   403   403
  adminUsers                  401      401      403     403    403       403       403   200   200
  adminCreateUser             401      401      403     403    403       403       403   201   201
  adminUpdateUser             401      401      403     403    403       403       403   200   200
  adminSignOutUser            401      401      403     403    403       403       403   200   200
  adminResetLink              401      401      403     403    403       403       403   200   200
  adminDeleteUser             401      401      403     403    403       403       403   200   200
  adminRooms                  401      401      403     403    403       403       403   200   200
  adminMessages               401      401      403     403    403       403       403   200   200
  adminInvites                401      401      403     403    403       403       403   200   200
  adminSettings               401      401      403     403    403       403       403   200   200
  adminUpdateSettings         401      401      403     403    403       403       403   200   200
  adminHealth                 401      401      403     403    403       403       403   200   200
  adminAudit                  401      401      403     403    403       403       403   200   200
  signOut                     200      200      200     200    200       200       200   200   200`,

  /** Nobody who is not in it knows of it: administrators of the server do by their own endpoints. */
  privateRoom: `
                        anonymous disabled outsider removed member roomAdmin roomOwner admin owner
  conversation                401      401      404     404    200       200       200   404   404
  updateConversation          401      401      404     404    403       200       200   404   404
  deleteConversation          401      401      404     404    403       403       200   404   404
  setRoomPicture              401      401      404     404    403       200       200   404   404
  removeRoomPicture           401      401      404     404    403       200       200   404   404
  picture                     401      401      404     404    200       200       200   404   404
  updateMembership            401      401      404     404    200       200       200   404   404
  join                        401      401      404     404    200       200       200   404   404
  leave                       401      401      404     404    200       200       200   404   404
  members                     401      401      404     404    200       200       200   404   404
  addMember                   401      401      404     404    403       201       201   404   404
  updateMember                401      401      404     404    403       403       200   404   404
  removeMember                401      401      404     404    403       200       200   404   404
  messages                    401      401      404     404    200       200       200   404   404
  sendMessage                 401      401      404     404    201       201       201   404   404
  message                     401      401      404     404    200       200       200   404   404
  editMessage                 401      401      404     404    403       403       403   404   404
  deleteMessage               401      401      404     404    403       200       200   404   404
  reactions                   401      401      404     404    200       200       200   404   404
  react                       401      401      404     404    200       200       200   404   404
  unreact                     401      401      404     404    200       200       200   404   404
  markRead                    401      401      404     404    200       200       200   404   404
  events                      401      401      404     404    200       200       200   404   404
  changes                     401      401      404     404    200       200       200   404   404
  search                      401      401      404     404    200       200       200   404   404
  senders                     401      401      404     404    200       200       200   404   404
  invites                     401      401      404     404    200       200       200   404   404
  createInvite                401      401      404     404    403       201       201   404   404
  revokeInvite                401      401      404     404    404       200       200   200   200
  adminRoomMembers            401      401      403     403    403       403       403   200   200
  adminUpdateRoom             401      401      403     403    403       403       403   200   200
  adminDeleteRoom             401      401      403     403    403       403       403   200   200
  adminDeleteMessage          401      401      403     403    403       403       403   200   200`,

  /** Anyone reads it; only who joins takes part. */
  publicRoom: `
                        anonymous disabled outsider removed member roomAdmin roomOwner admin owner
  conversation                401      401      200     200    200       200       200   200   200
  updateConversation          401      401      403     403    403       200       200   403   403
  deleteConversation          401      401      403     403    403       403       200   403   403
  setRoomPicture              401      401      403     403    403       200       200   403   403
  removeRoomPicture           401      401      403     403    403       200       200   403   403
  picture                     401      401      200     200    200       200       200   200   200
  updateMembership            401      401      403     403    200       200       200   403   403
  join                        401      401      200     200    200       200       200   200   200
  leave                       401      401      403     403    200       200       200   403   403
  members                     401      401      200     200    200       200       200   200   200
  addMember                   401      401      403     403    201       201       201   403   403
  updateMember                401      401      403     403    403       403       200   403   403
  removeMember                401      401      403     403    403       200       200   403   403
  messages                    401      401      200     200    200       200       200   200   200
  sendMessage                 401      401      403     403    201       201       201   403   403
  message                     401      401      200     200    200       200       200   200   200
  editMessage                 401      401      403     403    403       403       403   403   403
  deleteMessage               401      401      403     403    403       200       200   403   403
  reactions                   401      401      200     200    200       200       200   200   200
  react                       401      401      403     403    200       200       200   403   403
  unreact                     401      401      403     403    200       200       200   403   403
  markRead                    401      401      403     403    200       200       200   403   403
  events                      401      401      200     200    200       200       200   200   200
  changes                     401      401      200     200    200       200       200   200   200
  search                      401      401      200     200    200       200       200   200   200
  senders                     401      401      200     200    200       200       200   200   200
  invites                     401      401      403     403    200       200       200   403   403
  createInvite                401      401      403     403    201       201       201   403   403
  revokeInvite                401      401      404     404    404       200       200   200   200
  adminRoomMembers            401      401      403     403    403       403       403   200   200
  adminUpdateRoom             401      401      403     403    403       403       403   200   200
  adminDeleteRoom             401      401      403     403    403       403       403   200   200
  adminDeleteMessage          401      401      403     403    403       403       403   200   200`,

  /** Between two people. Nobody else reads it, whoever they are. */
  directChat: `
                        anonymous disabled outsider member admin owner
  conversation                401      401      404    200   404   404
  updateConversation          401      401      404    403   404   404
  deleteConversation          401      401      404    403   404   404
  setRoomPicture              401      401      404    403   404   404
  removeRoomPicture           401      401      404    403   404   404
  updateMembership            401      401      404    200   404   404
  join                        401      401      404    200   404   404
  leave                       401      401      404    403   404   404
  members                     401      401      404    200   404   404
  addMember                   401      401      404    403   404   404
  updateMember                401      401      404    403   404   404
  removeMember                401      401      404    403   404   404
  messages                    401      401      404    200   404   404
  sendMessage                 401      401      404    201   404   404
  message                     401      401      404    200   404   404
  editMessage                 401      401      404    403   404   404
  deleteMessage               401      401      404    403   404   404
  reactions                   401      401      404    200   404   404
  react                       401      401      404    200   404   404
  unreact                     401      401      404    200   404   404
  markRead                    401      401      404    200   404   404
  events                      401      401      404    200   404   404
  changes                     401      401      404    200   404   404
  search                      401      401      404    200   404   404
  senders                     401      401      404    200   404   404
  invites                     401      401      404    200   404   404
  createInvite                401      401      404    403   404   404
  adminRoomMembers            401      401      403    403   404   404
  adminUpdateRoom             401      401      403    403   404   404
  adminDeleteRoom             401      401      403    403   404   404
  adminDeleteMessage          401      401      403    403   404   404`,
}

/** Frames of the socket, about a private room: what comes of them, or the refusal. */
const frames = `
                        anonymous  disabled  outsider   removed    member roomAdmin roomOwner     admin     owner
  typing                      401       401 not_found not_found     heard     heard     heard not_found not_found
  delivered                   401       401 not_found not_found     heard     heard     heard not_found not_found
  hello                       401       401      gone      gone      head      head      head      gone      gone
  watch                       401       401  presence  presence  presence  presence  presence  presence  presence
  listening                   401       401   nothing   nothing     event     event     event   nothing   nothing`

const everyone = {
  anonymous: undefined,
  disabled: dora,
  outsider: mallory,
  removed: carol,
  member: bob,
  roomAdmin: erin,
  roomOwner: alice,
  admin: ruth,
  owner,
} as const
type Column = keyof typeof everyone

interface Line {
  readonly name: string
  readonly expected: readonly (readonly [Column, string])[]
}

function linesOf(table: string): Line[] {
  const [columns = [], ...lines] = table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
  return lines.map(([name = '', ...cells]) => ({
    name,
    expected: columns.map((column, at) => [column as Column, cells[at] ?? ''] as const),
  }))
}

async function makeRoom(maker: Person, visibility: 'public' | 'private'): Promise<Place> {
  const { id } = await maker.makeRoom({
    visibility,
    userIds: [bob, carol, erin, grace].map((person) => person.id),
  })
  await maker.setRole(id, erin, 'admin')
  await maker.remove(id, carol)
  return placeIn(id, grace)
}

/** What there is to ask about in a conversation, in which somebody has said something. */
async function placeIn(conversationId: string, author: Person): Promise<Place> {
  const { id: messageId } = await author.send(conversationId, 'said')
  const { sessionId } = await heidi.ask(endpoints.me)
  return {
    conversationId,
    messageId,
    memberId: author.id,
    otherId: heidi.id,
    sessionId,
    accountId: '',
    email: '',
    pictureId: '',
    inviteId: '',
  }
}

/** The same with a picture, and an invite into it. */
async function furnish(place: Place): Promise<Place> {
  const { conversationId } = place
  const picture = await sendCall(server.url, endpoints.setRoomPicture, {
    who: alice,
    ...rightCalls.setRoomPicture(place),
  })
  const { invite } = await alice.ask(endpoints.createInvite, { body: { conversationId } })
  return {
    ...place,
    pictureId: endpoints.setRoomPicture.response.parse(JSON.parse(picture.text)).picture ?? '',
    inviteId: invite.id,
  }
}

/** An account to be administered. Nobody signs in there, so that it takes no password. */
let accounts = 0
async function makeAccount(): Promise<string> {
  const username = `account${++accounts}`
  const { userId } = await server.app.administration.accounts.create(
    { username, name: username, email: `${username}@example.org` },
    { admin: false },
  )
  return userId
}

/** Where dora was at home before her account was disabled. */
const hers = await makeRoom(dora, 'private')
await owner.ask(adminEndpoints.adminUpdateUser, {
  params: { id: dora.id },
  body: { disabled: true },
})

/** What everyone is answered, in places that nobody has changed before. */
async function answersTo(line: Line, makePlace: () => Promise<Place>) {
  const name = line.name as AnyEndpointName
  const { method, path } = everyEndpoint[name]
  let place: Place | undefined
  const answers: string[] = []
  for (const [column] of line.expected) {
    const who = everyone[column]
    place ??= await makePlace()
    const call = rightCalls[name]({
      ...(column === 'disabled' ? hers : place),
      email: `${who?.username ?? 'nobody'}@example.org`,
      accountId: path.includes('/users/:id') ? await makeAccount() : '',
    })
    const { status } = await sendCall(server.url, { method, path }, { ...call, who })
    answers.push(String(status))
    if (status < 300 && method !== 'GET') place = undefined
  }
  return answers
}

const isInRoom = (name: string) =>
  /(conversations|messages|rooms)\/:id/.test(everyEndpoint[name as AnyEndpointName].path)

test('every endpoint has its line, in every place where it does something', () => {
  const [server, ...rooms] = Object.values(tables).map((table) =>
    linesOf(table).map(({ name }) => name),
  )
  const names = Object.keys(everyEndpoint)
  expect([...new Set([...(server ?? []), ...rooms.flat()])].toSorted()).toEqual(names.toSorted())
  for (const listed of rooms)
    expect(names.filter((name) => isInRoom(name) && !listed.includes(name))).toEqual([])
})

describe.each([
  ['a private room', tables.privateRoom, () => makeRoom(alice, 'private')],
  ['a public room', tables.publicRoom, () => makeRoom(alice, 'public')],
] as const)('in %s', (_where, table, make) => {
  let furnished: Place
  beforeAll(async () => {
    furnished = await furnish(await make())
  })
  test.each(linesOf(table).map((line) => [line.name, line] as const))('%s', async (name, line) => {
    const place = everyEndpoint[name as AnyEndpointName].method !== 'GET' && isInRoom(name)
    const answers = await answersTo(line, place ? make : async () => furnished)
    expect(answers).toEqual(line.expected.map(([, answer]) => answer))
  })
})

describe('in a direct chat', () => {
  let place: Place
  beforeAll(async () => {
    const { id } = await bob.openDirect(grace)
    place = await placeIn(id, grace)
  })
  test.each(linesOf(tables.directChat).map((line) => [line.name, line] as const))(
    '%s',
    async (_name, line) => {
      const answers = await answersTo(line, async () => place)
      expect(answers).toEqual(line.expected.map(([, answer]) => answer))
    },
  )
})

describe('by a frame of the socket', () => {
  let place: Place
  let listener: TestSocket
  beforeAll(async () => {
    place = await makeRoom(alice, 'private')
    listener = await grace.connect()
  })
  afterAll(() => listener.close())

  /** Sends a frame; resolves to the refusal, or to `heard` once grace has heard of it. */
  async function tell(socket: TestSocket, frame: ClientFrame, who: Person): Promise<string> {
    const isRefusal = (each: { type: string }) => each.type === 'error'
    const type = frame.type === 'typing' ? 'typing' : 'receipt'
    const isHeard = () =>
      listener.signals(type).some((signal) => 'userId' in signal && signal.userId === who.id)
    socket.send(frame)
    await socket.settle()
    const refused = socket.frames.find(isRefusal)
    if (refused) return refused.type === 'error' ? refused.code : ''
    await listener.until(isHeard)
    return 'heard'
  }

  async function outcomeOf(name: string, socket: TestSocket, who: Person): Promise<string> {
    const { conversationId } = place
    const { seq } = await grace.send(conversationId, 'listen')
    switch (name) {
      case 'typing':
        return tell(socket, { type: 'typing', conversationId }, who)
      case 'delivered':
        return tell(socket, { type: 'delivered', conversationId, seq }, who)
      case 'hello': {
        const { epoch } = core.database
        const heads = [{ conversationId, seq: 0 }]
        socket.send({ type: 'hello', protocol: 1, epoch, heads })
        const frame = await socket.find(({ type }) => type === 'heads')
        if (frame.type !== 'heads') throw new Error('Heads were awaited.')
        if (frame.gone.includes(conversationId)) return 'gone'
        return frame.heads.some((head) => head.conversationId === conversationId) ? 'head' : 'none'
      }
      case 'watch':
        socket.send({ type: 'watch', userIds: [grace.id] })
        await socket.find(TestSocket.isSignal('presence'))
        return 'presence'
      default:
        await socket.settle()
        return socket.seqs(conversationId).includes(seq) ? 'event' : 'nothing'
    }
  }

  async function answer(name: string, who: Person | undefined): Promise<string> {
    const opened = await (who ? who.connect() : TestSocket.open(server.url, {})).catch(
      (error: unknown) => error,
    )
    if (opened instanceof UpgradeRefused) return String(opened.status)
    if (!(opened instanceof TestSocket) || !who) throw opened
    const outcome = await outcomeOf(name, opened, who)
    await opened.close()
    return outcome
  }

  test.each(linesOf(frames).map((line) => [line.name, line] as const))('%s', async (name, line) => {
    const answers = []
    for (const [column] of line.expected) answers.push(await answer(name, everyone[column]))
    expect(answers).toEqual(line.expected.map(([, expected]) => expected))
  })
})

// Last: after signing out nobody has a session.
describe('on the server', () => {
  test.each(linesOf(tables.server).map((line) => [line.name, line] as const))(
    '%s',
    async (_name, line) => {
      const answers = await answersTo(line, async () => hers)
      expect(answers).toEqual(line.expected.map(([, expected]) => expected))
    },
  )
})
