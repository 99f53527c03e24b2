/**
 * What tests need from the system: the journeys a browser, and fonts that have emoji and Chinese; the
 * fault tests a C compiler, for what stands between the server and its disk, a Redis, and a proxy.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

import { chromiumPath } from '../e2e/chromium.ts'

/** Installs what these tests lack where that is possible; otherwise says what to install, and exits. */
export function installMissing(needs: { journeys: boolean; faults: boolean }): void {
  const missing = [
    ...(needs.faults ? [...missingCompiler(), ...missingRedis()] : []),
    ...(needs.journeys ? missingForJourneys() : []),
  ]
  const mayInstall = existsSync('/etc/debian_version') && process.getuid?.() === 0
  // Elsewhere the tests that want one are skipped.
  if (needs.faults && mayInstall) missing.push(...missingProxy())
  if (missing.length === 0) return
  const list = missing.join(' ')
  if (!mayInstall) {
    console.error(
      `The tests need: ${list}. On Debian: sudo apt-get install ${list}; elsewhere install a C compiler as gcc and redis-server, and set ROOST_CHROMIUM to a Chromium.`,
    )
    process.exit(1)
  }
  console.log(`Installing ${list}`)
  aptGet('update')
  aptGet('install', '--yes', '--no-install-recommends', ...missing)
  if (!needs.journeys || existsSync(chromiumPath)) return
  console.error(`There is no browser at ${chromiumPath}: set ROOST_CHROMIUM to one, or to nothing.`)
  process.exit(1)
}

function missingForJourneys(): string[] {
  const fonts = process.platform === 'linux' ? missingFonts() : []
  return [...(existsSync(chromiumPath) ? [] : ['chromium']), ...fonts]
}

/** Elsewhere than on Linux those fault tests are left out. */
function missingCompiler(): string[] {
  if (process.platform !== 'linux') return []
  const input = '#include <stdio.h>\nint main(void) { return 0; }\n'
  const args = ['-x', 'c', '-fsyntax-only', '-']
  return spawnSync('gcc', args, { input }).status === 0 ? [] : ['gcc', 'libc6-dev']
}

function missingRedis(): string[] {
  return spawnSync('redis-server', ['--version']).status === 0 ? [] : ['redis-server']
}

function missingProxy(): string[] {
  return existsSync('/usr/sbin/nginx') ? [] : ['nginx']
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
