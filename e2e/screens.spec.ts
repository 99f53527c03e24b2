/** Every screen there is: a picture of each for people to look at, and no complaint from axe. */
import { foundClub, openClub, type Club } from './club.ts'
import { Stage, test } from './fixtures.ts'
import { layouts, type Layout } from './photographer.ts'
import { accountScreens, setUpScreens } from './screens-accounts.ts'
import { administrationScreens } from './screens-administration.ts'
import { chatScreens } from './screens-chats.ts'
import { conversationScreens } from './screens-conversation.ts'
import { settingsScreens } from './screens-settings.ts'
import { tourOf } from './tour.ts'

let club: Club | undefined
test.beforeAll(async () => {
  // A month of messages, told on a machine that may have other things to do.
  test.setTimeout(180_000)
  club = await foundClub()
})
test.afterAll(() => club?.[Symbol.dispose]())

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
      if (!club) throw new Error('There is no club to look around in.')
      await using world = await openClub(club)
      await using stage = new Stage(browser, world.origin)
      await tour(tourOf(stage, world, layout))
    })

  test(`screens of a server without an owner, ${layout}`, async ({ browser }) => {
    await setUpScreens(browser, layout)
  })
}
