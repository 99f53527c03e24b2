import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { beforeAll, expect, test } from 'vitest'

import { startTestServer } from '../testing/start-test-server.ts'
import { tryEverything } from '../testing/try-everything.ts'

/** Every statement that the server prepared while people used it, with the plan SQLite has for it. */
const plans = new Map<string, string[]>()

beforeAll(async () => {
  const prepared = new Set<string>()
  const prototype = DatabaseSync.prototype
  const prepare = Reflect.get(prototype, 'prepare')
  prototype.prepare = function spy(this: DatabaseSync, sql: string) {
    prepared.add(sql)
    return prepare.call(this, sql)
  }
  const server = await startTestServer()
  await tryEverything(server)
  prototype.prepare = prepare
  const file = new DatabaseSync(join(server.folder, 'roost.db'), { readOnly: true })
  for (const sql of prepared) {
    if (!/^\s*(select|insert|update|delete|with)/i.test(sql)) continue
    const steps = file.prepare(`EXPLAIN QUERY PLAN ${sql}`).all()
    plans.set(
      sql,
      steps.map(({ detail }) => String(detail)),
    )
  }
  file.close()
  await server.stop()
})

/** The plans of the statements in which all these words occur. */
function plansOf(...words: string[]): string[] {
  const found = [...plans].filter(([sql]) => words.every((word) => sql.includes(word)))
  expect(found, `no statement has ${words.join(' and ')}`).not.toEqual([])
  return found.flatMap(([, steps]) => steps)
}

test('no statement walks through a table that grows', () => {
  const harmless = [
    // What SQLite calls scanning, but is a list in the statement or a result it has just made.
    /^SCAN (CONSTANT ROW|\d+ CONSTANT ROWS|\d+-ROW VALUES CLAUSE|counted|p|seen)$/,
    /^SCAN (meta|settings|kysely_migration)\b/,
    // Administrators search inside names, along indexes that hold nothing else.
    /COVERING INDEX (accountsByName|administratorsByName|disabledByName|roomsByName)$/,
    // From the newest on, until the page is full.
    /^SCAN (audit|i) USING (COVERING )?INDEX sqlite_autoindex_(audit|invites)_1$/,
    // What is still to be removed: all of it, and seldom anything.
    /^SCAN (erasures|conversations USING INDEX conversationsDeleted)$/,
  ]
  // Asked at the start, and by the first sign-up only.
  const isRare = (sql: string) =>
    sql.includes('sqlite_master') ||
    sql === 'select "id" from "users" where "role" = ?' ||
    // To count messages, once a minute while somebody looks.
    sql.startsWith('select "id", "lastMessageSeq"')
  const often = [...plans].filter(([sql]) => !isRare(sql))
  const walks = often.flatMap(([sql, steps]) =>
    steps
      .filter((step) => step.startsWith('SCAN') && !harmless.some((one) => one.test(step)))
      .map((step) => `${step}\n    ${sql}`),
  )
  expect(walks).toEqual([])
  expect(plans.size).toBeGreaterThan(60)
})

test('unread is counted from the read mark on, along the primary key', () => {
  const steps = plansOf('"counted"')
  expect(steps).toContain('SEARCH u USING PRIMARY KEY (conversationId=? AND seq>?)')
})

test('what changed is found by one seek for each message that is held', () => {
  const steps = plansOf('"e"."targetSeq" = "m"."seq"')
  expect(steps).toContain('SEARCH m USING PRIMARY KEY (conversationId=? AND seq>? AND seq<?)')
  const seeks = steps.filter((step) => step.includes('eventsByTarget'))
  expect(seeks).toHaveLength(2)
  for (const seek of seeks)
    expect(seek).toContain(
      'COVERING INDEX eventsByTarget (conversationId=? AND targetSeq=? AND seq>?)',
    )
})

test('people and rooms are listed along their names, without sorting', () => {
  for (const [index, ...words] of [
    ['usersBySearchName', 'from "users"', 'order by "searchName"'],
    ['roomDirectory', 'from "conversations"', 'order by "c"."searchName"'],
  ] as const) {
    const steps = plansOf(...words)
    expect(steps.join('\n')).toContain(`INDEX ${index}`)
    expect(steps).not.toContainEqual(expect.stringContaining('TEMP B-TREE'))
  }
})

test('imported authors are listed along their names and words, without sorting', () => {
  const listed = plansOf('from "users" as "u"', 'order by "u"."searchName"', '"authorships"')
  expect(listed.join('\n')).toContain('INDEX authorsByName')
  const found = plansOf('"nameWords" as "w"', '"authorships"')
  expect(found.join('\n')).toMatch(/SEARCH w USING (COVERING INDEX|PRIMARY KEY)/)
  for (const steps of [listed, found]) {
    expect(steps).not.toContainEqual(expect.stringContaining('TEMP B-TREE'))
    expect(steps.join('\n')).toMatch(/SEARCH a USING (COVERING INDEX|PRIMARY KEY)/)
  }
})

test('people and rooms are searched along their words, without sorting', () => {
  for (const table of ['users', 'conversations']) {
    const steps = plansOf('"nameWords" as "w"', `join "${table}"`, 'order by "w"."word"')
    expect(steps.join('\n')).toMatch(/SEARCH w USING (COVERING INDEX|PRIMARY KEY)/)
    expect(steps).not.toContainEqual(expect.stringContaining('TEMP B-TREE'))
  }
})

test('the members of a large room are listed along names, not all of them sorted', () => {
  const steps = plansOf(
    'cross join "memberships"',
    `"u"."kind" in ('person', 'bot') and "u"."id" =`,
  )
  expect(steps.join('\n')).toContain('INDEX usersBySearchName')
  expect(steps).not.toContainEqual(expect.stringContaining('TEMP B-TREE'))
})

test("someone's conversations are found by who they are", () => {
  const steps = plansOf('"m"."userId"', 'order by "c"."lastActivityAt"')
  expect(steps.join('\n')).toContain('INDEX membershipsByUser')
})
