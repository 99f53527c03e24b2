import { mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { endpoints } from '@roost/protocol'
import { expect, test } from 'vitest'

import { Person, signUpCast } from '../testing/person.ts'
import { PASSWORD, startTestServer } from '../testing/start-test-server.ts'

test('a server that was restored by copying files is noticed, although its epoch is the same', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'roost-restored-'))
  const first = await startTestServer({ folder, empty: true })
  const owner = { username: 'owner', name: 'Owner', email: 'o@example.org', password: PASSWORD }
  await first.app.createAccount(owner, { admin: true })
  const { alice } = await signUpCast(first, 'alice')
  const { id } = await alice.makeRoom()
  const copy = join(folder, 'copy')
  const beside = new DatabaseSync(join(folder, 'roost.db'))
  beside.exec(`VACUUM INTO '${copy}'`)
  beside.close()
  const { epoch, userSeq } = await alice.ask(endpoints.conversations)
  const lost = await alice.send(id, 'not in the copy')
  await first.stop()

  renameSync(copy, join(folder, 'roost.db'))
  const second = await startTestServer({ folder, empty: true })
  const again = new Person(second, alice)
  expect((await again.ask(endpoints.conversations)).epoch).toBe(epoch)
  const cursor = { conversationId: id, seq: lost.seq, eventId: lost.id }
  const sync = () => again.ask(endpoints.sync, { body: { epoch, userSeq, heads: [cursor] } })
  // The log is shorter than it was,
  expect(await sync()).toMatchObject({ foreign: [id], conversations: [] })
  // or as long, and says something else.
  const said = await again.send(id, 'said instead')
  expect(said.seq).toBe(lost.seq)
  expect(await sync()).toMatchObject({ foreign: [id], conversations: [] })
  const socket = await again.connect()
  socket.send({ type: 'hello', protocol: 1, epoch, userSeq, heads: [cursor] })
  const heads = await socket.find(({ type }) => type === 'heads')
  expect(heads).toMatchObject({ foreign: [id] })
  await socket.close()
  await second.stop()
  rmSync(folder, { recursive: true })
})
