import { endpoints, messagePage } from '@roost/protocol'
import { sql } from 'kysely'
import { expect, test } from 'vitest'

import { newClientId } from '../testing/person.ts'
import { usesPostgres } from '../testing/postgres-databases.ts'
import { shareServer } from '../testing/share-server.ts'

const { server, core, alice, bob } = await shareServer(['alice', 'bob'])
const upTo = (count: number) => Array.from({ length: count }, (_, at) => at + 1)

/** Lower than it is now means: as it is now. */
const limitPages = (count: number) =>
  core.database.write(({ db }) => sql.raw(`PRAGMA max_page_count = ${count}`).execute(db))

test.skipIf(usesPostgres())(
  'a full disk refuses every write in a sentence, hurts no reader, and is over when it is',
  async () => {
    const { id } = await alice.makeRoomWith([bob])
    const socket = await bob.connect()
    const params = { id }
    const bodies = upTo(20).map(() => ({ clientId: newClientId(), body: 'x'.repeat(10_000) }))
    await limitPages(1)
    const refusals = await Promise.all(
      bodies.map((body) => alice.refusal(endpoints.sendMessage, { params, body })),
    )
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({
        status: 503,
        code: 'unavailable',
        message: 'The disk is full. Nothing is known to be stored. Try again later.',
        retryAfter: 2,
      })
      expect(refusal.headers.get('retry-after')).toBe('2')
    }
    expect(new Set(refusals.map(({ requestId }) => requestId)).size).toBe(20)
    // Each of them is in the server's own log, under the id that its caller was told.
    const reported = server.reports.splice(0).map(String)
    for (const { requestId } of refusals)
      expect(reported.filter((report) => report.includes(requestId ?? '?'))).toHaveLength(1)

    const page = messagePage.parse((await bob.request(endpoints.messages, { params })).body)
    expect(page.messages.filter(({ kind }) => kind === 'text')).toEqual([])
    expect(await bob.look(id)).toMatchObject({ lastSeq: 2, unread: 0 })
    await socket.settle()
    expect(socket.seqs(id)).toEqual([])

    await limitPages(1_000_000)
    const stored = await Promise.all(
      bodies.map((body) => alice.ask(endpoints.sendMessage, { params, body })),
    )
    expect(stored.map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual(
      upTo(20).map((at) => at + 2),
    )
    await socket.event(id, 22)
    await socket.close()
  },
)

test.each([
  [{ visibility: 'public' }, 'name', '"name" is missing.'],
  [{ name: 5, visibility: 'public' }, 'name', '"name" must be of type string.'],
  [{ name: null, visibility: 'public' }, 'name', '"name" must be of type string.'],
  [{ name: 'x'.repeat(81), visibility: 'public' }, 'name', '"name" is larger than 80.'],
  [{ name: '  ', visibility: 'public' }, 'name', 'This may not be blank.'],
  [
    { name: 'x', visibility: 'secret' },
    'visibility',
    '"visibility" must be one of public, private.',
  ],
  [{ name: 'x', visibility: 'public', seq: 5 }, 'seq', '"seq" is not a field of this request.'],
  [
    { name: 'x', visibility: 'public', clientId: 'me' },
    'clientId',
    '"clientId" is not a valid uuid.',
  ],
])('%j is told what is wrong with it', async (fields, field, message) => {
  const body = { kind: 'room', ...fields }
  expect(await alice.refusal(endpoints.createConversation, { body })).toMatchObject({
    status: 400,
    code: 'bad_request',
    field,
    message,
  })
})

test('a bug is told to nobody but us', async () => {
  const { id } = await alice.makeRoom()
  await core.database.write(({ db }) =>
    db.updateTable('events').set({ type: 'secret.invention' }).where('id', '=', id).execute(),
  )
  const refusal = await alice.refusal(endpoints.events, { params: { id } })
  expect(refusal).toMatchObject({
    status: 500,
    code: 'internal',
    message: 'Something went wrong on the server. Try again.',
  })
  const [report] = server.reports.splice(0)
  expect(report).toBeInstanceOf(Error)
  expect(String(report)).toContain(refusal.requestId)
  expect(String(report)).toContain('secret.invention')
})
