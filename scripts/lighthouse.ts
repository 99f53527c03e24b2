/**
 * `npm run lighthouse`: how Lighthouse judges the sign-in page and an open chat. Fails below 95 in
 * performance, accessibility or best practices.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { chromium } from '@playwright/test'
import lighthouse, { desktopConfig } from 'lighthouse'

import { chromiumPath } from '../e2e/chromium.ts'
import { foundClub, openClub } from '../e2e/club.ts'
import { installMissing } from './system-packages.ts'

const least = 95
const categories = ['performance', 'accessibility', 'best-practices'] as const

installMissing({ journeys: true, faults: false })
using club = await foundClub()
await using world = await openClub(club)
const port = await findFreePort()
const profile = mkdtempSync(join(tmpdir(), 'roost-lighthouse-'))
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: chromiumPath,
  args: ['--disable-background-networking', `--remote-debugging-port=${port}`],
})
try {
  const signedOut = await judge('Sign-in page', '/sign-in')
  await signIn('nora')
  const chat = await judge('An open chat', `/c/${world.chatId('Segelclub Möwenbucht')}`)
  if ([...signedOut, ...chat].some((score) => score < least)) process.exitCode = 1
} finally {
  await browser.close()
  rmSync(profile, { recursive: true, force: true })
}

/** Prints and returns the scores, out of 100. */
async function judge(name: string, path: string) {
  // What is stored is kept: the session is.
  const result = await lighthouse(
    world.origin + path,
    { port, onlyCategories: [...categories], logLevel: 'error', disableStorageReset: true },
    desktopConfig,
  )
  if (!result) throw new Error(`Lighthouse says nothing of ${path}.`)
  const scores = categories.map((category) =>
    Math.round((result.lhr.categories[category]?.score ?? 0) * 100),
  )
  const said = categories.map((category, at) => `${category} ${scores[at]}`).join(', ')
  console.log(`${name}: ${said}`)
  for (const { id, title, score } of Object.values(result.lhr.audits))
    if (score !== null && score < 0.9) console.log(`  ${id} ${score}: ${title}`)
  return scores
}

/** Into the profile that Lighthouse's own tab shares. */
async function signIn(who: 'nora'): Promise<void> {
  const { username, password } = world.account(who)
  const reply = await browser.request.post(`${world.origin}/api/auth/sign-in/username`, {
    headers: { origin: world.origin },
    data: { username, password },
  })
  if (!reply.ok()) throw new Error(await reply.text())
}

async function findFreePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port: free } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return free
}
