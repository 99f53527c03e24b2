import { endpoints } from '@roost/protocol'
import { Client, type Pool } from 'pg'
import { beforeAll, expect, test } from 'vitest'

import { filled, fillPostgres } from '../testing/fill-postgres.ts'
import { newClientId } from '../testing/person.ts'
import { seedSessions } from '../testing/seed-sessions.ts'
import { startTestServer, type TestServer } from '../testing/start-test-server.ts'
import { readRoom } from '../testing/try-everything.ts'
import { openPool } from './postgres-pool.ts'

/** One step of a plan, in the words of PostgreSQL. */
interface Step {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly 'Index Cond'?: string
  readonly Plans?: readonly Step[]
}
interface Asked {
  readonly sql: string
  readonly values: readonly unknown[]
}

/** What the server asked while people used it, with the plans that PostgreSQL has among a million messages. */
let plans: (Asked & { steps: readonly Step[] })[]

beforeAll(async () => {
  const server = await startTestServer()
  const url = server.databaseUrl ?? ''
  await fillPostgres(url)
  const asked = await listen(() => tryLargeRoom(server))
  const pool = openPool(url, { name: 'plans', max: 1, patience: 0 }, () => {})
  plans = []
  for (const one of asked) plans.push({ ...one, steps: await explain(pool, one) })
  await pool.end()
  await server.stop()
}, 180_000)

/** Every statement that is run meanwhile, with its values: the same one differs in its plan by them. */
async function listen(act: () => Promise<void>): Promise<Asked[]> {
  const asked = new Map<string, Asked>()
  const query = Reflect.get(Client.prototype, 'query')
  Client.prototype.query = function spy(this: Client, ...given: unknown[]) {
    const [sql, values] = given
    const isPlanned = typeof sql === 'string' && /^\s*(select|insert|update|delete|with)/i.test(sql)
    if (isPlanned && Array.isArray(values))
      asked.set(JSON.stringify([sql, values]), { sql, values })
    return Reflect.apply(query, this, given) as never
  } as typeof query
  await act().finally(() => (Client.prototype.query = query))
  return [...asked.values()]
}

async function explain(pool: Pool, { sql, values }: Asked): Promise<Step[]> {
  const { rows } = await pool.query<{ 'QUERY PLAN': [{ Plan: Step }] }>(
    `explain (format json) ${sql}`,
    [...values],
  )
  return rows.flatMap((row) => stepsOf(row['QUERY PLAN'][0].Plan))
}

function stepsOf(step: Step): Step[] {
  return [step, ...(step.Plans ?? []).flatMap(stepsOf)]
}

/** What happens all the time, where there is most of it. */
async function tryLargeRoom(server: TestServer): Promise<void> {
  const { core } = server.app
  const [person] = await seedSessions(server, [filled.person])
  if (!person) throw new Error('There is nobody.')
  const id = filled.room
  const params = { id }
  const { lastSeq } = await person.look(id)
  const socket = await person.connect()
  const said = await person.send(id, 'hello', { mentions: [person.id] })
  await Promise.all([
    person.send(id, 'one', { replyTo: said.id }),
    person.send(id, 'two', { replyTo: said.id, mentions: [person.id] }),
  ])
  await readRoom(server, person, id)
  for (const query of [{ around: 250_000 }, { before: 400_000 }, { after: 100_000 }])
    await person.ask(endpoints.messages, { params, query })
  await person.ask(endpoints.events, { params, query: { after: lastSeq } })
  await person.ask(endpoints.conversations)
  const { userSeq } = await person.ask(endpoints.conversations, { query: { limit: 100 } })
  const heads = [{ conversationId: id, seq: lastSeq }]
  await person.ask(endpoints.sync, { body: { epoch: core.database.epoch, userSeq, heads } })
  await person.read(id, said.seq)
  socket.send({ type: 'delivered', conversationId: id, seq: said.seq })
  await person.settle(socket)
  await server.app.flush()
  await person.react(said.id, '👍')
  await person.edit(said.id, 'better')
  await person.ask(endpoints.message, { params: { id: said.id } })
  await person.refusal(endpoints.message, { params: { id: newClientId() } })
  await person.erase(said.id)
  for (const query of ['a', 'be', 'abc d', 'person77', 'nobody']) {
    await person.ask(endpoints.users, { query: { query } })
    await person.ask(endpoints.senders, { query: { query, conversationId: id } })
    await person.ask(endpoints.members, { params, query: { query } })
  }
  await person.ask(endpoints.users)
  await core.database.recent?.(undefined)
  await socket.close()
}

test('nothing that happens all the time walks through a table that grows', () => {
  const small = ['meta', 'settings', 'erasures']
  const isWalk = (step: Step) =>
    step['Node Type'] === 'Seq Scan' ? !small.includes(step['Relation Name'] ?? '') : isWhole(step)
  const walks = plans.flatMap(({ sql, values, steps }) =>
    steps
      .filter(isWalk)
      .map((step) => `${step['Relation Name'] ?? step['Index Name']} ${values.length}\n    ${sql}`),
  )
  expect(walks).toEqual([])
  expect(plans.length).toBeGreaterThan(100)
})

/** All of an index, from one end to the other; but for one that holds only what is to be removed. */
const isWhole = (step: Step) =>
  step['Index Name'] !== undefined &&
  step['Index Name'] !== 'conversationsDeleted' &&
  step['Index Cond'] === undefined

test('the largest tables are among what was looked at', () => {
  const read = new Set(plans.flatMap(({ steps }) => steps.map((step) => step['Relation Name'])))
  for (const table of ['events', 'messages', 'memberships', 'sessions', 'nameWords', 'reactions'])
    expect([...read]).toContain(table)
})
