/** The one client of this page: every component reads its store, and calls it to act. */
import { createClient } from '@roost/sdk'
import { browserOptions } from '@roost/sdk/browser'

export const client = createClient(browserOptions())

// A browser leaves the socket of a dead network open, and silent, for a long time.
addEventListener('offline', () => client.lose())
if (!navigator.onLine) client.lose()
// A lid that opens or a network that returns is worth a try at once, not after the usual pause.
addEventListener('online', () => client.wake())
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible' && navigator.onLine) client.wake()
  // The last moment that every browser grants.
  else void client.keep()
})
