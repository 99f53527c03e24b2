/** What a start says when all is well: where to go, where the data is, and who may come first. */
import { existsSync } from 'node:fs'
import { isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'

import type { Config } from '../config.ts'

export function greet(about: {
  config: Pick<Config, 'host' | 'origin' | 'folder' | 'databaseUrl'>
  port: number
  /** Given while there is no owner. */
  token: string | undefined
}): string {
  const { config, port, token } = about
  const { host, origin, folder, databaseUrl } = config
  const everywhere = host === '::' || host === '0.0.0.0'
  const local = urlOf(everywhere ? 'localhost' : host, port)
  const open = origin ?? local
  const lines = ['Roost is running.', '', `  Open     ${open}`]
  if (origin !== undefined) lines.push(`  Behind   ${local}`)
  else if (everywhere)
    for (const address of networkAddresses()) lines.push(`  Network  ${urlOf(address, port)}`)
  if (databaseUrl !== undefined) lines.push(`  Database ${withoutPassword(databaseUrl)}`)
  const isUnused = databaseUrl !== undefined && existsSync(join(folder, 'roost.db'))
  lines.push(
    `  Data     ${folder}${isUnused ? ' (without its roost.db: DATABASE_URL is set)' : ''}`,
    '',
  )
  if (token !== undefined)
    lines.push(
      "There is no owner yet. This link makes the owner's account, once:",
      `  ${open}/setup?token=${token}`,
      '',
    )
  return lines.join('\n')
}

function withoutPassword(url: string): string {
  const { host, pathname } = new URL(url)
  return `PostgreSQL, ${host}${pathname}`
}

function urlOf(host: string, port: number): string {
  const name = isIPv6(host) ? `[${host}]` : host
  return port === 80 ? `http://${name}` : `http://${name}:${port}`
}

/** The few under which other devices may reach this machine. */
function networkAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address)
    .slice(0, 3)
}
