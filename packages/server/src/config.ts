/**
 * What the environment decides, checked once at start: a wrong value is one sentence naming the
 * variable and what it wants. Product settings live in the database, where a variable wins.
 */
import { networkInterfaces } from 'node:os'
import { join, resolve } from 'node:path'

import type { Settings as ProductSettings } from '@roost/protocol'

import { logFormats, logLevels, type LogSettings } from './log/log-settings.ts'
import { readMailServer, type MailServer } from './mail/mail-server.ts'
import { readSettingVariables } from './settings/variables.ts'

export interface Settings {
  /** The data folder, absolute. */
  readonly folder: string
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** The public origin; undefined accepts the one a request was made to. */
  readonly origin: string | undefined
  /** Of a PostgreSQL; undefined keeps everything in one SQLite file in the data folder. */
  readonly databaseUrl: string | undefined
  /** Of a Redis, by which several processes on one PostgreSQL hear of each other. */
  readonly redisUrl: string | undefined
  /** What cookies are signed with; undefined takes the one of the database, or of the data folder. */
  readonly secret: string | undefined
  /** Where pictures are kept, absolute: processes on several machines share it. */
  readonly filesFolder: string
  /** How many proxies stand in front, whose X-Forwarded-For entries are believed. */
  readonly trustProxy: number
  /** Undefined where it depends on whether somebody watches: see start. */
  readonly log: Partial<LogSettings>
  /** Who has it reads `/metrics`; undefined is nobody. */
  readonly metricsToken: string | undefined
  /** Undefined sends no mails. */
  readonly mail: MailServer | undefined
  /** The product settings that the environment decides. */
  readonly fixed: Partial<ProductSettings>
}

export interface Config extends Settings {
  /** Made once into the data folder. */
  readonly folderSecret: string
  /** The built web app; undefined serves the API alone. */
  readonly webRoot: string | undefined
}

export class ConfigError extends Error {}

export type Environment = Readonly<Record<string, string | undefined>>

export function readConfig(env: Environment, cwd: string): Settings {
  const number = (name: string, fallback: number, min: number, max: number) =>
    readNumber(env, { name, fallback, min, max })
  const folder = resolve(cwd, read(env, 'ROOST_DATA') ?? 'data')
  return {
    folder,
    secret: readSecret(env),
    filesFolder: resolve(cwd, read(env, 'ROOST_FILES') ?? join(folder, 'files')),
    host: readHost(env),
    port: number('PORT', 8000, 0, 65_535),
    origin: readOrigin(env),
    databaseUrl: readDatabaseUrl(env),
    redisUrl: readRedisUrl(env),
    trustProxy: number('ROOST_TRUST_PROXY', 0, 0, 10),
    log: readLogSettings(env),
    metricsToken: readMetricsToken(env),
    mail: readMailServer(
      (name) => read(env, name),
      (name, wanted) => new ConfigError(`${name} must be ${wanted}.`),
    ),
    fixed: readSettingVariables(
      (name) => read(env, name),
      (name, wanted) => new ConfigError(`${name} must be ${wanted}, not "${read(env, name)}".`),
    ),
  }
}

/** An empty variable counts as absent. */
function read(env: Environment, name: string): string | undefined {
  return env[name]?.trim() || undefined
}

function readNumber(
  env: Environment,
  { name, fallback, min, max }: { name: string; fallback: number; min: number; max: number },
): number {
  const text = read(env, name)
  if (text === undefined) return fallback
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < min || value > max)
    throw new ConfigError(`${name} must be a whole number from ${min} to ${max}, not "${text}".`)
  return value
}

/** Everywhere by default, so that a phone on the same network gets in; `::` takes IPv4 as well. */
function readHost(env: Environment): string {
  const host = read(env, 'HOST')
  if (host === undefined) return hasIPv6() ? '::' : '0.0.0.0'
  if (/[\s/?#@[\]]/.test(host))
    throw new ConfigError(
      `HOST must be an address or a host name, such as 127.0.0.1, not "${host}".`,
    )
  return host
}

function hasIPv6(): boolean {
  return Object.values(networkInterfaces())
    .flat()
    .some((address) => address?.family === 'IPv6')
}

function readOrigin(env: Environment): string | undefined {
  const text = read(env, 'ROOST_ORIGIN')
  if (text === undefined) return undefined
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isOrigin =
    url !== undefined &&
    /^https?:$/.test(url.protocol) &&
    `${url.pathname}${url.search}${url.hash}${url.username}${url.password}` === '/'
  if (!isOrigin)
    throw new ConfigError(
      `ROOST_ORIGIN must be the address people open, without a path, such as https://chat.example.org, not "${text}".`,
    )
  return url.origin
}

export function isDatabaseUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url !== undefined && /^postgres(ql)?:$/.test(url.protocol) && url.pathname.length > 1
}

function readDatabaseUrl(env: Environment): string | undefined {
  const text = read(env, 'DATABASE_URL')
  if (text === undefined) return undefined
  if (!isDatabaseUrl(text))
    throw new ConfigError(
      // Without its value: it may hold a password.
      'DATABASE_URL must be the address of a PostgreSQL database, such as postgres://roost:password@localhost/roost.',
    )
  return text
}

function readLogSettings(env: Environment): Partial<LogSettings> {
  const format = readOne(env, 'ROOST_LOG', logFormats)
  const level = readOne(env, 'ROOST_LOG_LEVEL', logLevels)
  return { ...(format && { format }), ...(level && { level }) }
}

function readOne<T extends string>(
  env: Environment,
  name: string,
  values: readonly T[],
): T | undefined {
  const text = read(env, name)
  const value = values.find((each) => each === text)
  if (text !== undefined && value === undefined)
    throw new ConfigError(`${name} must be one of ${values.join(', ')}, not "${text}".`)
  return value
}

function readRedisUrl(env: Environment): string | undefined {
  const text = read(env, 'REDIS_URL')
  if (text === undefined) return undefined
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^rediss?:$/.test(url.protocol) || url.hostname === '')
    throw new ConfigError(
      // Without its value: it may hold a password.
      'REDIS_URL must be the address of a Redis, such as redis://localhost:6379.',
    )
  if (read(env, 'DATABASE_URL') === undefined)
    throw new ConfigError(
      'REDIS_URL is for several processes that share a PostgreSQL: set DATABASE_URL as well, or neither of them.',
    )
  return text
}

/** Whether other processes may serve the same database: they hear of each other through Redis. */
export function isShared({ redisUrl }: Pick<Settings, 'redisUrl'>): boolean {
  return redisUrl !== undefined
}

function readSecret(env: Environment): string | undefined {
  const LEAST = 32
  const text = read(env, 'ROOST_SECRET')
  if (text !== undefined && text.length < LEAST)
    throw new ConfigError(
      `ROOST_SECRET must have at least ${LEAST} characters, such as what "openssl rand -hex 32" prints.`,
    )
  return text
}

function readMetricsToken(env: Environment): string | undefined {
  const LEAST = 16
  const text = read(env, 'ROOST_METRICS_TOKEN')
  if (text !== undefined && !new RegExp(`^[!-~]{${LEAST},}$`).test(text))
    throw new ConfigError(
      `ROOST_METRICS_TOKEN must be at least ${LEAST} letters, digits and signs, without spaces.`,
    )
  return text
}
