/**
 * Who is online over several processes. Each keeps its own people in a set in Redis, and says every few
 * seconds that it lives; one that no longer does counts no more. What Redis has missed or lost it is
 * told again.
 */
import { gather } from '../gather.ts'
import type { Online } from './online.ts'
import type { RedisLink } from './redis-link.ts'
import { RedisScript } from './redis-script.ts'

/** Milliseconds; it says so fifteen times in a life. */
const LIFE = 30_000
const BEATS = 15
/** Said or asked by one script, so that Redis does nothing else for a millisecond at most. */
const MOST = 500

/**
 * Runs what is asked, one after the other: who came or went (answered with whether they are at another
 * process), who is at another, how many are here, how many anywhere, and that all of us have gone.
 */
const ASK = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local processes, sets, own, life = KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[3])
redis.call('ZADD', processes, now + life, own)
redis.call('ZREMRANGEBYSCORE', processes, '-inf', now)
local mine, all, others = sets .. own, {}, {}
for _, id in ipairs(redis.call('ZRANGE', processes, 0, -1)) do
  table.insert(all, sets .. id)
  if id ~= own then table.insert(others, sets .. id) end
end
local function isElsewhere(user)
  for _, set in ipairs(others) do
    if redis.call('SISMEMBER', set, user) == 1 then return 1 end
  end
  return 0
end
local answers = {}
for i = 4, #ARGV, 2 do
  local kind, user, answer = ARGV[i], ARGV[i + 1], 0
  if kind == 'came' then
    redis.call('SADD', mine, user)
  elseif kind == 'went' then
    redis.call('SREM', mine, user)
    answer = isElsewhere(user)
  elseif kind == 'find' then
    answer = isElsewhere(user)
  elseif kind == 'size' then
    answer = redis.call('SCARD', mine)
  elseif kind == 'count' then
    answer = #redis.call('SUNION', unpack(all))
  elseif kind == 'end' then
    redis.call('DEL', mine)
    redis.call('ZREM', processes, own)
  end
  table.insert(answers, answer)
end
redis.call('PEXPIRE', processes, life)
redis.call('PEXPIRE', mine, life)
return answers`

interface Question {
  readonly kind: 'came' | 'went' | 'find' | 'size' | 'count' | 'end'
  readonly userId?: string
}

export class RedisOnline implements Online {
  readonly #link: RedisLink
  readonly #here = new Set<string>()
  /** Of whom Redis may not know whether they are here. */
  readonly #untold = new Set<string>()
  readonly #ask: (question: Question) => Promise<number | undefined>
  readonly #beating: NodeJS.Timeout

  /** @param life for so many milliseconds a process that says nothing is believed to live */
  constructor(link: RedisLink, { life = LIFE }: { life?: number } = {}) {
    this.#link = link
    const script = new RedisScript(link, ASK)
    const first = [`${link.prefix}online:`, link.id, String(life)]
    this.#ask = gather<Question, number | undefined>(
      async (questions) =>
        (await script.run(
          [`${link.prefix}processes`],
          [...first, ...questions.flatMap(({ kind, userId = '' }) => [kind, userId])],
        )) ?? questions.map(() => undefined),
      { most: MOST },
    )
    link.onChange((isUp) => isUp && this.#tellAll())
    this.#beating = setInterval(() => void this.#beat(), life / BEATS).unref()
  }

  async add(userId: string): Promise<void> {
    this.#here.add(userId)
    await this.#tell(userId)
  }

  async remove(userId: string): Promise<boolean> {
    this.#here.delete(userId)
    return this.#tell(userId)
  }

  async find(userIds: readonly string[]): Promise<ReadonlySet<string>> {
    const online = await Promise.all(
      userIds.map(
        async (userId) =>
          this.#here.has(userId) || (await this.#ask({ kind: 'find', userId })) === 1,
      ),
    )
    return new Set(userIds.filter((_, at) => online[at]))
  }

  async count(): Promise<number> {
    return (await this.#ask({ kind: 'count' })) ?? this.#here.size
  }

  async close(): Promise<void> {
    clearInterval(this.#beating)
    this.#here.clear()
    await this.#ask({ kind: 'end' })
  }

  /** Says whether they are here. Resolves to whether they are elsewhere, as far as Redis says. */
  async #tell(userId: string): Promise<boolean> {
    const kind = this.#here.has(userId) ? 'came' : 'went'
    const answer = await this.#ask({ kind, userId })
    if (answer === undefined) this.#untold.add(userId)
    else this.#untold.delete(userId)
    return answer === 1
  }

  #tellAll(): void {
    for (const userId of new Set([...this.#untold, ...this.#here])) void this.#tell(userId)
  }

  async #beat(): Promise<void> {
    if (!this.#link.isUp) return
    for (const userId of this.#untold) void this.#tell(userId)
    const expected = this.#here.size
    const size = await this.#ask({ kind: 'size' })
    if (size !== undefined && size !== expected) this.#tellAll()
  }
}
