/** What the looking around in the club is done with. */
import type { Who } from '../demo/people.ts'
import { now, type World } from './club.ts'
import type { Stage } from './fixtures.ts'
import {
  layouts,
  photographer,
  still,
  translateAccount,
  translateDevice,
  type Layout,
} from './photographer.ts'

export type Tour = ReturnType<typeof tourOf>

export function tourOf(stage: Stage, world: World, layout: Layout) {
  const open = async (who: Who | null, path = '/') => {
    const context = await stage.context({ ...layouts[layout], ...still })
    await context.clock.setFixedTime(now)
    if (who !== null) await stage.signIn(context, world.account(who))
    return stage.tab(context, path)
  }
  return {
    stage,
    world,
    layout,
    shoot: photographer(layout, translateAccount),
    shootSignedOut: photographer(layout, translateDevice),
    /** A browser of somebody, or of nobody, on the morning of the story. */
    open,
  }
}
