/** `roost move`: all data from SQLite to PostgreSQL, or the way back. */
import { z } from 'zod'

import type { App } from '../app.ts'
import { isDatabaseUrl } from '../config.ts'
import { moveData, type Moved } from '../move/move-data.ts'
import { PostgresSource } from '../move/postgres-source.ts'
import { PostgresTarget } from '../move/postgres-target.ts'
import { MoveError, type Source, type Target } from '../move/sides.ts'
import { SqliteSource } from '../move/sqlite-source.ts'
import { SqliteTarget } from '../move/sqlite-target.ts'
import { readArguments } from './arguments.ts'
import { defineCommand, type Output } from './command.ts'
import { UsageError } from './refusal.ts'

export const move = defineCommand({
  name: 'move',
  usage: '--to postgres://… | --to sqlite',
  about: 'Carry everything over to the other kind of database, while the server runs.',
  request: z.strictObject({ to: z.string() }),
  async read(args) {
    const to = readArguments(args, [], { values: ['to'] }).value('to')
    if (to === undefined || !(to === 'sqlite' || isDatabaseUrl(to)))
      throw new UsageError(
        '--to must be sqlite, or the address of a PostgreSQL database, such as postgres://roost:password@localhost/roost.',
      )
    return { to }
  },
  async run(app, { to }, output) {
    const [source, target] = await openSides(app, to)
    try {
      const moved = await moveData({
        source,
        target,
        engine: app.core.database.engine,
        signal: output.signal,
        progress: (state) => output.progress(state),
        flush: () => app.flush(),
        onGone: () => app.retire(),
      })
      summarize(moved, { target, isPostgres: to !== 'sqlite', output })
    } finally {
      await Promise.all([source.close(), target.close()])
    }
    return 0
  },
})

async function openSides({ core, place }: App, to: string): Promise<[Source, Target]> {
  const { epoch, engine } = core.database
  if ((engine === 'sqlite') === (to === 'sqlite'))
    throw new MoveError(
      engine === 'sqlite'
        ? 'The data is in SQLite already.'
        : 'The data is in PostgreSQL already. To another PostgreSQL its own tools carry it, pg_dump and pg_restore.',
    )
  // First: a second move is refused before it touches what the first one fills.
  const source =
    place.databaseUrl === undefined
      ? SqliteSource.open(core.database, place.folder)
      : await PostgresSource.open(place.databaseUrl, epoch)
  try {
    const target =
      to === 'sqlite'
        ? await SqliteTarget.open(place.folder, epoch)
        : await PostgresTarget.open(to, epoch)
    return [source, target]
  } catch (error) {
    await source.close()
    throw error
  }
}

const count = (value: number) => value.toLocaleString('en-US')

function summarize(
  { rows, changed, heldBack, pause, replaced, isOpen }: Moved,
  { target, isPostgres, output }: { target: Target; isPostgres: boolean; output: Output },
): void {
  if (replaced > 0)
    output.line(`Replaced ${count(replaced)} NUL characters, which PostgreSQL keeps in no text.`)
  output.line(
    `Moved ${count(rows)} rows to ${target.place}, and ${count(changed)} that changed meanwhile. ` +
      `Nobody could write for ${(pause / 1_000).toFixed(1)} s, while the last ${count(heldBack)} of them went over.`,
  )
  if (!isOpen) output.problem('The next start finishes what is left to do there.')
  output.line(
    isPostgres
      ? 'From now on start the server with DATABASE_URL set to that address. The search finds everything again a little after that.'
      : 'From now on start the server without DATABASE_URL and REDIS_URL. The search finds everything again a little after that.',
  )
}
