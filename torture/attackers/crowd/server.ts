/** A server for a crowd, in a process of its own that tells how many statements it has run. */
import { startTestServer } from '@roost/server/testing'

import { usualLimits } from '../../../packages/server/src/http/admission.ts'

const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('Which folder?')
const server = await startTestServer({ folder, admission: usualLimits })
const { database } = server.app.core

process.on('message', () => {
  process.send?.({
    statements: database.statements(),
    memory: process.memoryUsage().rss,
    reports: server.reports.map(String),
  })
})
process.on('disconnect', () => process.exit())
process.send?.({ url: server.url, epoch: database.epoch })
