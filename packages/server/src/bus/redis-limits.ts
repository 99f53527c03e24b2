/**
 * The limits of several processes: each bucket lies in Redis, under a key that tells nobody whose it is.
 * What is taken in one turn is taken by one script. While Redis is away each process has its own buckets.
 */
import { createHmac } from 'node:crypto'

import { gather } from '../gather.ts'
import { localLimits, type Limiter, type MakeLimiter, type Rate } from '../rate-limit.ts'
import type { RedisLink } from './redis-link.ts'
import { RedisScript } from './redis-script.ts'

/** Takes a token of each key, by the numbers of RateLimiter. What is full again is forgotten. */
const TAKE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local waits = {}
for i, key in ipairs(KEYS) do
  local burst, perSecond = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  local bucket = redis.call('HMGET', key, 'tokens', 'at')
  local tokens = burst
  if bucket[1] then
    local passed = math.max(0, now - tonumber(bucket[2]))
    tokens = math.min(burst, tonumber(bucket[1]) + passed / 1000 * perSecond)
  end
  if tokens >= 1 then
    tokens = tokens - 1
    waits[i] = 0
  else
    waits[i] = math.max(1, math.ceil((1 - tokens) / perSecond))
  end
  redis.call('HSET', key, 'tokens', tokens, 'at', now)
  redis.call('PEXPIRE', key, math.max(1, math.ceil((burst - tokens) / perSecond * 1000)))
end
return waits`

const MOST = 500

interface Taking {
  readonly key: string
  readonly rate: Rate
}

/** @param around `secret` is the one that all processes know */
export function redisLimits(
  link: RedisLink,
  { secret, now }: { secret: string; now: () => number },
): MakeLimiter {
  const script = new RedisScript(link, TAKE)
  const makeLocal = localLimits(now)
  const take = gather<Taking, number | undefined>(
    async (takings) =>
      (await script.run(
        takings.map(({ key }) => key),
        takings.flatMap(({ rate }) => [String(rate.burst), String(rate.perSecond)]),
      )) ?? takings.map(() => undefined),
    { most: MOST },
  )

  return (name, rate): Limiter => {
    const local = makeLocal(name, rate)
    const keyOf = (whose: string) =>
      `${link.prefix}limit:${createHmac('sha256', secret).update(`limit ${name} ${whose}`).digest('base64url')}`
    return {
      async take(whose) {
        const wait = link.isUp ? await take({ key: keyOf(whose), rate }) : undefined
        return wait ?? local.take(whose)
      },
    }
  }
}
