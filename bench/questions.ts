/** All that the benches ask, in the order in which they ask it. */
import { members } from './growth/members.ts'
import { messagesOnPostgres, messagesOnSqlite } from './growth/messages.ts'
import { search } from './growth/search.ts'
import { sockets } from './growth/sockets.ts'
import { start } from './growth/start.ts'
import type { Question } from './question.ts'
import { catchUp } from './scenarios/catch-up.ts'
import { fanOut } from './scenarios/fan-out.ts'
import { mixed } from './scenarios/mixed.ts'
import { oneToOne } from './scenarios/one-to-one.ts'
import { overload } from './scenarios/overload.ts'

/** Those that say in two minutes what a message costs. */
const quick: readonly Question[] = [oneToOne, fanOut, catchUp, overload]

export const quickNames = quick.map(({ name }) => name)

export const questions: readonly Question[] = [
  ...quick,
  mixed,
  messagesOnSqlite,
  messagesOnPostgres,
  search,
  members,
  sockets,
  start,
]
