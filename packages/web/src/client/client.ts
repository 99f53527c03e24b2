/** The one client of this page: every component reads its store, and calls it to act. */
import { createClient } from '@roost/sdk'

import { browserOptions } from './browser-options.ts'

export const client = createClient(browserOptions())
