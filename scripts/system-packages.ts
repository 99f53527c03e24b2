/** What the journeys need from the system: a browser, and fonts that have emoji and Chinese. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

import { chromiumPath } from '../e2e/chromium.ts'

/** Installs what is missing where that is possible; otherwise says what to install, and exits. */
export function installMissing(): void {
  const missing = missingPackages()
  if (missing.length === 0) return
  const list = missing.join(' ')
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) {
    console.error(
      `The journeys need: ${list}. On Debian: sudo apt-get install ${list}; elsewhere set ROOST_CHROMIUM to a Chromium.`,
    )
    process.exit(1)
  }
  console.log(`Installing ${list}`)
  aptGet('update')
  aptGet('install', '--yes', '--no-install-recommends', ...missing)
  if (existsSync(chromiumPath)) return
  console.error(`There is no browser at ${chromiumPath}: set ROOST_CHROMIUM to one, or to nothing.`)
  process.exit(1)
}

function missingPackages(): string[] {
  const fonts = process.platform === 'linux' ? missingFonts() : []
  return [...(existsSync(chromiumPath) ? [] : ['chromium']), ...fonts]
}

function missingFonts(): string[] {
  return [
    ...(/emoji/i.test(listFonts(':')) ? [] : ['fonts-noto-color-emoji']),
    ...(listFonts(':lang=zh').trim() === '' ? ['fonts-wqy-microhei'] : []),
  ]
}

function listFonts(pattern: string): string {
  return spawnSync('fc-list', [pattern, 'family'], { encoding: 'utf8' }).stdout ?? ''
}

function aptGet(...args: string[]): void {
  const { status } = spawnSync('apt-get', ['-qq', ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  if (status === 0) return
  console.error(`"apt-get ${args.join(' ')}" failed.`)
  process.exit(1)
}
