/** Those who run the server, for tests of what they may and others may not. */
import { adminEndpoints, signedIn, type AuditEntry } from '@roost/protocol'

import { Person } from './person.ts'
import { callApi, PASSWORD, type TestServer } from './start-test-server.ts'

/** Someone who has an account, in a new session. */
export async function signInAs(
  server: TestServer,
  username: string,
  password = PASSWORD,
): Promise<Person> {
  const reply = await callApi(server.url, {
    method: 'POST',
    path: '/api/auth/sign-in/username',
    body: { username, password },
  })
  const { token, user } = signedIn.parse(reply.body)
  return new Person(server, { id: user.id, username, token })
}

/** The owner that every test server has, who makes these people administrators. */
export async function signInOwner(
  server: TestServer,
  ...administrators: readonly Person[]
): Promise<Person> {
  const owner = await signInAs(server, 'owner')
  for (const { id } of administrators)
    await owner.ask(adminEndpoints.adminUpdateUser, { params: { id }, body: { role: 'admin' } })
  return owner
}

/** What was done to someone or something, oldest first. */
export async function actsOn(owner: Person, subjectId: string): Promise<AuditEntry[]> {
  const { entries } = await owner.ask(adminEndpoints.adminAudit, { query: { limit: 100 } })
  return entries.filter((entry) => entry.subjectId === subjectId).toReversed()
}
