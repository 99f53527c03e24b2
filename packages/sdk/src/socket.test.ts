import { expect, test } from 'vitest'

import { createScript } from './testing/script.ts'

test('comes back when a server that stops asked for it, and then as usual', async () => {
  const script = createScript()
  await script.begin()
  await script.socket().receive({ type: 'draining', retryAfter: 7.5 })
  await script.socket().fail(4000)
  await script.clock.advance(7_400)
  expect(script.sockets).toHaveLength(1)
  await script.clock.advance(200)
  expect(script.sockets).toHaveLength(2)
  // It is not there yet: from now on the patience grows as it always does.
  await script.socket().fail(1006)
  await script.clock.advance(2_000)
  expect(script.sockets).toHaveLength(3)
  script.client.stop()
})
