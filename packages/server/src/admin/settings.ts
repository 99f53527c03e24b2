/** Product settings, as administrators see and change them. */
import type { Settings } from '@roost/protocol'

import type { Core } from '../core.ts'
import { record, type ActorId } from './audit.ts'
import { requireAdministrator } from './authority.ts'

interface Reply {
  readonly settings: Readonly<Settings>
  /** For each that the environment decides, the variable that does. */
  readonly locked: Readonly<Record<string, string>>
}

export function readSettings({ settings }: Core): Reply {
  return { settings: settings.get(), locked: settings.locked }
}

export async function changeSettings(
  core: Core,
  { actorId, change }: { actorId: ActorId; change: Parameters<Core['settings']['update']>[1] },
): Promise<Reply> {
  const values = await core.database.write(async (tx) => {
    await requireAdministrator(tx.db, actorId)
    const before = core.settings.get()
    const after = await core.settings.update(tx, change)
    const changed = (Object.keys(after) as (keyof Settings)[]).filter(
      (name) => before[name] !== after[name],
    )
    if (changed.length > 0)
      await record(core, tx, {
        actorId,
        action: 'settings.changed',
        details: Object.fromEntries(
          changed.map((name) => [name, { from: before[name], to: after[name] }]),
        ),
      })
    return after
  })
  return { settings: values, locked: core.settings.locked }
}
