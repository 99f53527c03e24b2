/** Every screen there is: a picture of each for people to look at, and no complaint from axe. */
import { openClub, readClub } from './club.ts'
import { environment, Stage, test } from './fixtures.ts'
import { layouts, type Layout } from './photographer.ts'
import { accountScreens, setUpScreens } from './screens-accounts.ts'
import { administrationScreens } from './screens-administration.ts'
import { chatScreens } from './screens-chats.ts'
import { conversationScreens } from './screens-conversation.ts'
import { settingsScreens } from './screens-settings.ts'
import { tourOf } from './tour.ts'

const tours = {
  'of a conversation': conversationScreens,
  'of chats, rooms and people': chatScreens,
  'of settings': settingsScreens,
  'of the administration': administrationScreens,
  'before signing in': accountScreens,
}

for (const layout of Object.keys(layouts) as Layout[]) {
  for (const [name, tour] of Object.entries(tours))
    test(`screens ${name}, ${layout}`, async ({ browser }) => {
      test.setTimeout(300_000)
      await using world = await openClub(readClub(environment('E2E_CLUB')))
      await using stage = new Stage(browser, world.origin)
      await tour(tourOf(stage, world, layout))
    })

  test(`screens of a server without an owner, ${layout}`, async ({ browser }) => {
    await setUpScreens(browser, layout)
  })
}
