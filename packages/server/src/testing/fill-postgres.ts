/**
 * Fills a PostgreSQL database with what years of use leave behind: a million messages, half of them in
 * a room of 100,000 people, the rest in a few hundred of very uneven size and in many direct chats.
 * The database makes it all itself, in some seconds.
 */
import { Client } from 'pg'

/** Ids look like real ones, and count people and conversations. */
const PERSON = '01900000-0000-7000-8001'
const ROOM = '01900000-0000-7000-8002'
const AUTHOR = '01900000-0000-7000-8004'
const id = (prefix: string, number: number) => `${prefix}-${String(number).padStart(12, '0')}`
/** The same in SQL. */
const idOf = (prefix: string, number: string) => `'${prefix}-' || lpad((${number})::text, 12, '0')`

const PEOPLE = 100_000
/** Those who are in more than the one room. */
const BUSY = 20_000
const ROOMS = 300
const MESSAGES = 1_000_000

export const filled = {
  /** The room that everybody is in. */
  room: id(ROOM, 1),
  /** Someone who is in the forty largest. */
  person: id(PERSON, 1),
}

/** Of these the indexes are made when all is there: that is faster than keeping them all the way. */
const LARGE = [
  'users',
  'memberships',
  'membershipIntervals',
  'userEvents',
  'events',
  'messages',
  'nameWords',
]

export async function fillPostgres(url: string): Promise<void> {
  const client = new Client({
    connectionString: url,
    options: '-c synchronous_commit=off -c maintenance_work_mem=256MB -c work_mem=64MB',
  })
  await client.connect()
  try {
    const indexes = await takeIndexes(client)
    for (const statement of [...statements, ...indexes, 'analyze']) await client.query(statement)
  } finally {
    await client.end()
  }
}

/** Takes the indexes of the large tables away. What makes them again is returned. */
async function takeIndexes(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ drop: string; make: string }>(
    `select format('alter table %s drop constraint %I', conrelid::regclass, conname) as drop,
       format('alter table %s add constraint %I %s', conrelid::regclass, conname,
         pg_get_constraintdef(oid)) as make
     from pg_constraint c where contype in ('p', 'u') and conrelid = any($1::regclass[])
       and not exists (select from pg_constraint f where f.conindid = c.conindid and f.contype = 'f')
     union all
     select format('drop index %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
     from pg_index i where indrelid = any($1::regclass[])
       and not exists (select from pg_constraint where conindid = indexrelid)`,
    [LARGE.map((name) => `"${name}"`)],
  )
  for (const { drop } of rows) await client.query(drop)
  return rows.map(({ make }) => make)
}

/** One of so many words of six letters. */
const wordOf = (number: string, many: number) =>
  `left(translate(md5((${number} % ${many})::text), '0123456789', 'ghijklmnop'), 6)`

const statements = [
  `create temporary table people as
   select n, ${idOf(PERSON, 'n')} as id, ${wordOf('n', 997)} as first, ${wordOf('n', 1009)} as last
   from generate_series(1, ${PEOPLE}) n`,
  `insert into users (id, name, username, "searchName", email, "createdAt", "updatedAt")
   select id, first || ' ' || last, 'person' || n, first || ' ' || last || ' person' || n,
     n || '@example.org', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'
   from people`,
  `insert into "nameWords" (kind, word, "sortName", id)
   select distinct 'user', word, first || ' ' || last || ' person' || n, id
   from people, unnest(array[first, last, 'person' || n]) word`,
  // Authors of imported messages, who have no account.
  `insert into users (id, kind, name, "searchName", "importKey", "createdAt", "updatedAt")
   select ${idOf(AUTHOR, 'n')}, 'placeholder', first || ' ' || last, first || ' ' || last, n, '', ''
   from people where n <= ${BUSY}`,
  `insert into "nameWords" (kind, word, "sortName", id)
   select distinct 'author', word, first || ' ' || last, ${idOf(AUTHOR, 'n')}
   from people, unnest(array[first, last]) word where n <= ${BUSY}`,
  `insert into authorships ("userId", "conversationId")
   select ${idOf(AUTHOR, 'n')}, ${idOf(ROOM, `n % ${ROOMS} + 1`)} from people where n <= ${BUSY}`,
  `insert into sessions (id, "userId", token, "expiresAt", "createdAt", "updatedAt")
   select 'session-' || n, id, 'token-' || n, '2027-01-01', '2026-01-01', '2026-01-01'
   from people where n <= ${BUSY}`,
  // Beside the first, each room has a share of the rest that falls with its number.
  `insert into conversations (id, kind, name, "searchName", visibility, history, "memberCount",
     "createdAt", "lastSeq", "lastMessageSeq", "lastActivityAt")
   select ${idOf(ROOM, 'n')}, 'room', 'Room ' || n, 'room ' || n,
     case when n % 2 = 0 then 'public' else 'private' end,
     case when n % 3 = 0 then 'sinceJoin' else 'all' end, 0, n, length, length, n
   from generate_series(1, ${ROOMS}) n, lateral (select case n when 1 then ${MESSAGES / 2}
     else (${MESSAGES / 2} / n / 5.6)::int end as length) of_it`,
  `insert into conversations (id, kind, "searchName", visibility, history, "directKey",
     "memberCount", "createdAt", "lastSeq", "lastMessageSeq", "lastActivityAt")
   select ${idOf(ROOM, `${ROOMS} + n`)}, 'direct', '', 'private', 'all',
     ${idOf(PERSON, 'n')} || ':' || ${idOf(PERSON, 'n + 1')}, 2, n, 2, 2, n
   from generate_series(1, ${BUSY}) n`,
  `insert into memberships ("conversationId", "userId", role, "deliveredSeq", "readSeq")
   select c.id, p.id, case n when 1 then 'owner' else 'member' end, c."lastSeq",
     greatest(0, c."lastSeq" - n % 2000)
   from conversations c, people p
   where c.kind = 'room' and (c.id = ${idOf(ROOM, '1')} or (n = 1 and c.id <= ${idOf(ROOM, '40')})
     or (n <= ${BUSY} and hashtext(c.id || n) % 100 = 0))
   union all
   select id, unnest(string_to_array("directKey", ':')), 'member', 2, 1
   from conversations where kind = 'direct'`,
  `insert into "membershipIntervals" ("conversationId", "userId", "fromSeq")
   select "conversationId", "userId", 1 from memberships`,
  `insert into "userEvents" ("userId", seq, id, type, "conversationId", "conversationSeq", "createdAt",
     "storedAt")
   select "userId", row_number() over (partition by "userId"), gen_random_uuid(),
     'conversation.joined', "conversationId", 1, 0, 0
   from memberships`,
  `insert into "userHeads" ("userId", "lastSeq")
   select "userId", count(*) from memberships group by "userId"`,
  `update conversations c set "memberCount" = m.count
   from (select "conversationId", count(*) from memberships group by 1) m
   where m."conversationId" = c.id and c.kind = 'room'`,
  `insert into messages ("conversationId", seq, id, "senderId", kind, body, "replyToSeq", "createdAt")
   select c.id, seq, '019' || right(c.id, 5) || '-0000-7000-8003-' || lpad(seq::text, 12, '0'),
     ${idOf(PERSON, `seq % ${BUSY} + 1`)}, 'text', 'What was said ' || repeat('and said ', seq % 9),
     case when seq % 10 = 0 then seq - 1 end, seq
   from conversations c, generate_series(1, c."lastSeq"::int) seq`,
  `insert into events ("conversationId", seq, id, "actorId", type, "requestHash", "createdAt", "storedAt")
   select "conversationId", seq, id, "senderId", 'message.created', repeat('0', 43), "createdAt",
     "createdAt"
   from messages`,
  `insert into mentions ("conversationId", seq, "userId")
   select "conversationId", seq, ${idOf(PERSON, '1')} from messages where seq % 10 = 0`,
  `insert into attachments ("conversationId", seq, position, "fileId")
   select "conversationId", seq, 0, id from messages where seq % 50 = 1`,
  `insert into revocations (id, "userId", "sessionId", "createdAt", "storedAt")
   select gen_random_uuid(), id, 'old', 0, 0 from people where n <= ${BUSY}`,
  `insert into reactions ("conversationId", seq, emoji, "userId", "createdAt")
   select "conversationId", seq, '👍', "senderId", seq from messages where seq % 10 = 0`,
]
