/** Links of processes to a Redis of tests. */
import { RedisLink } from '../bus/redis-link.ts'
import type { TestRedis } from './redis-server.ts'

/** Resolves once it hears itself. */
export async function linkTo(
  redis: Pick<TestRedis, 'url'>,
  { prefix, report = () => {} }: { prefix: string; report?: (error: unknown) => void },
): Promise<RedisLink> {
  const link = new RedisLink({ url: redis.url, prefix, report })
  await isState(link, true)
  return link
}

/** Resolves when it is up, or away. */
export function isState(link: RedisLink, isUp: boolean): Promise<void> {
  return new Promise((resolve) => {
    if (link.isUp === isUp) resolve()
    link.onChange((now) => now === isUp && resolve())
  })
}
