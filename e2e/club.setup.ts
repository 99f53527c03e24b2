import { keepClub } from './club.ts'
import { environment, test } from './fixtures.ts'

test('the story of the club is told, once for all who look around in it', async () => {
  // A month of messages, told on a machine that may have other things to do.
  test.setTimeout(180_000)
  await keepClub(environment('E2E_CLUB'))
})
