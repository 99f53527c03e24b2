/** The only place that builds dependencies. */
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'

import packageJson from '../package.json' with { type: 'json' }
import type { Administration } from './admin/administration.ts'
import { Erasures } from './admin/erasures.ts'
import { HealthCheck } from './admin/health.ts'
import { Accounts, type NewAccount } from './auth/accounts.ts'
import { cookieNameFor, createAuth } from './auth/auth.ts'
import { Credentials } from './auth/credentials.ts'
import { Sessions } from './auth/sessions.ts'
import { memoryBus } from './bus/memory-bus.ts'
import { memoryOnline } from './bus/memory-online.ts'
import { redisBus } from './bus/redis-bus.ts'
import { redisLimits } from './bus/redis-limits.ts'
import type { RedisLink } from './bus/redis-link.ts'
import { RedisOnline } from './bus/redis-online.ts'
import type { Config } from './config.ts'
import type { Core } from './core.ts'
import { folderStore } from './files/file-store.ts'
import { Files } from './files/files.ts'
import { usualLimits, type AdmissionLimits } from './http/admission.ts'
import { buildLimiters } from './http/limiters.ts'
import { buildServer } from './http/server.ts'
import { reportTo } from './log/report-to.ts'
import { Mailer } from './mail/mailer.ts'
import { Heads } from './messaging/heads.ts'
import { Deliveries } from './messaging/receipts.ts'
import { RoomRemoval } from './messaging/room-deletion.ts'
import { Sweep } from './messaging/sweep.ts'
import { Metrics } from './metrics/metrics.ts'
import { openDatabase } from './move/open-database.ts'
import { completeNameWords } from './name-words.ts'
import { Presence } from './people/presence.ts'
import { localLimits } from './rate-limit.ts'
import { Hub } from './realtime/hub.ts'
import { SocketServer } from './realtime/socket-server.ts'
import { WorkerIndex } from './search/worker-index.ts'
import { Settings } from './settings/settings.ts'
import type { Database } from './storage/database.ts'
import { StorageUnavailableError, translateStorageError } from './storage/errors.ts'
import { readSharedSecret } from './storage/meta.ts'

export interface App {
  readonly core: Core
  readonly administration: Administration
  /** Where its data lies. */
  readonly place: Pick<Config, 'folder' | 'databaseUrl'>
  /** For whoever hands requests to it without a network. */
  readonly http: FastifyInstance
  /** Takes requests; resolves to the port it listens on. */
  listen(): Promise<number>
  /** A fresh one-time token for the owner's account; none once there is an owner. */
  setupToken(): Promise<string | undefined>
  createAccount(
    account: NewAccount,
    options: { admin: boolean },
  ): Promise<{ userId: string; role: 'owner' | 'admin' | 'user' }>
  /** Writes at once what is gathered to be written in a moment: who was here, what was delivered. */
  flush(): Promise<void>
  /** Its data has gone to another place: it is to end. */
  retire(): void
  /** Aborted when it is to end. */
  readonly retired: AbortSignal
  /** Finishes what is under way, tells sockets to come back, and closes the database. */
  close(): Promise<void>
}

export interface AppOptions {
  readonly now?: () => number
  /** Of requests, and of what `report` is told unless that goes elsewhere. */
  readonly log?: Logger
  /** How much is taken on before the rest is refused. */
  readonly admission?: AdmissionLimits
  /** Told of bugs, and of trouble that no caller waits for. */
  readonly report?: (error: unknown) => void
  readonly mail?: {
    /** Milliseconds before each further attempt to send a mail. */
    readonly retryAfter: readonly number[]
  }
}

interface Closable {
  close(): Promise<void> | void
}

export async function buildApp(config: Config, options: AppOptions = {}): Promise<App> {
  const { log } = options
  const tell = options.report ?? (log ? reportTo(log) : console.error)
  const retiring = new AbortController()
  const report = (error: unknown) => {
    // What was seen last cannot be written down any more where the data was.
    if (!(retiring.signal.aborted && isUnavailable(error))) tell(error)
  }
  const now = options.now ?? (() => Date.now())
  const databaseFile = join(config.folder, 'roost.db')
  await using opened = new AsyncDisposableStack()
  /** In reverse order, at the end or where a later step fails. */
  const closing = <T extends Closable | undefined>(it: T) => opened.adopt(it, () => it?.close())
  const database = closing(await openDatabase(config, report))
  await completeNameWords({ database })
  const redis = closing(await openRedis(config, { epoch: database.epoch, report }))
  await redis?.ready()
  const bus = redis ? redisBus(redis, { report, now }) : memoryBus(report)
  const settings = closing(await Settings.open({ database, bus, report, fixed: config.fixed }))
  const place =
    config.databaseUrl === undefined
      ? { database: databaseFile, index: join(config.folder, 'search.db') }
      : { url: config.databaseUrl }
  const search = closing(new WorkerIndex(place, { bus, report }))
  const secret = config.secret ?? (await findSecret(config, database))
  const store = folderStore(config.filesFolder)
  const files = closing(new Files({ store, database, report }))
  const metrics = new Metrics(report)
  const core: Core = { database, bus, settings, files, search, metrics, now, report }

  const secure = config.origin?.startsWith('https:') ?? false
  const auth = createAuth(core, { secret, secure })
  const accounts = new Accounts(core, auth)
  const mailer = closing(new Mailer({ server: config.mail, report, ...options.mail }))
  const makeLimiter = redis ? redisLimits(redis, { secret, now }) : localLimits(now)
  const credentials = closing(
    new Credentials({ core, auth, mailer, makeLimiter, origin: config.origin }),
  )
  const sessions = closing(new Sessions(core, { secret, cookieName: cookieNameFor({ secure }) }))
  const limiters = buildLimiters(settings, makeLimiter)
  const presence = closing(new Presence(core, redis ? new RedisOnline(redis) : memoryOnline()))
  const deliveries = new Deliveries(core)
  const removal = closing(new RoomRemoval(core))
  removal.start()
  const erasures = closing(new Erasures(core))
  erasures.start()
  const heads = new Heads(core)
  const hub = closing(new Hub(core, { heads, presence }))
  const sweep = closing(
    redis &&
      new Sweep(core, {
        isBusUp: () => redis.isWhole,
        isBehind: (conversationId, seq) => hub.isBehind(conversationId, seq),
      }),
  )
  if (redis) metrics.setBusUp(redis.isUp)
  redis?.onChange((isUp) => {
    metrics.setBusUp(isUp)
    if (isUp) log?.info('Redis answers again.')
  })
  metrics.watch({ sockets: () => hub.connections(), pools: () => database.pools() })
  let port = config.port
  const administration: Administration = {
    core,
    accounts,
    credentials,
    hasMail: mailer.isSet,
    presence,
    erasures,
    roomRemoval: removal,
    health: new HealthCheck(core, config.folder),
    version: packageJson.version,
    startedAt: now(),
    origin: config.origin,
    localOrigin: () => `http://localhost:${port}`,
    openSockets: () => hub.connections().length,
  }
  const server = await buildServer(
    { core, config, auth, accounts, credentials, sessions, limiters, administration },
    { version: packageJson.version, log, admission: options.admission ?? usualLimits },
  )
  const sockets = new SocketServer(server.server, {
    core,
    heads,
    hub,
    sessions,
    deliveries,
    policy: config,
  })

  const flush = async () => {
    await Promise.all([sessions.activity.flush(), presence.flush(), deliveries.flush()])
  }
  const built = opened.move()
  return {
    core,
    administration,
    place: config,
    http: server,
    async listen() {
      await server.listen({ port: config.port, host: config.host })
      void files.sweep()
      search.start()
      sweep?.start()
      if (redis) hub.watchOthers(() => redis.isUp)
      port = (server.server.address() as AddressInfo).port
      return port
    },
    setupToken: () => accounts.makeSetupToken(),
    createAccount: (account, { admin }) => accounts.create(account, { admin }),
    flush,
    retire: () => retiring.abort(),
    retired: retiring.signal,
    async close() {
      const left = sockets.close()
      // Whoever sends a request slowly, or half of one, does not keep us from ending.
      const patience = setTimeout(() => server.server.closeAllConnections(), 3_000)
      await server.close()
      clearTimeout(patience)
      // After the last of them nobody is seen any more.
      await left
      await flush()
      await built.disposeAsync()
    },
  }
}

/** Its client is a third of all modules that a start would load: only who has a Redis waits for that. */
async function openRedis(
  { redisUrl: url }: Config,
  around: { epoch: string; report: (error: unknown) => void },
): Promise<RedisLink | undefined> {
  if (url === undefined) return undefined
  const { RedisLink } = await import('./bus/redis-link.ts')
  return new RedisLink({ url, prefix: `roost:${around.epoch}`, report: around.report })
}

function findSecret(config: Config, database: Database): Promise<string> | string {
  const { databaseUrl, folderSecret } = config
  if (databaseUrl === undefined) return folderSecret
  return database.write(({ db }) => readSharedSecret(db, folderSecret))
}

/** Said of the database, or passed on by whoever asked it. */
function isUnavailable(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined
  return [error, cause].some(
    (each) => translateStorageError(each) instanceof StorageUnavailableError,
  )
}
