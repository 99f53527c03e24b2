/** The paces of people and addresses: what they are is set, and may change at any time. */
import type { MakeLimiter } from '../rate-limit.ts'
import type { Settings } from '../settings/settings.ts'
import type { Limiters } from './context.ts'

const UPLOADS = { burst: 10, perSecond: 10 / 60 }

export function buildLimiters(settings: Settings, makeLimiter: MakeLimiter): Limiters {
  const limiter = (name: string, burst: () => number, perSecond: () => number) =>
    makeLimiter(name, {
      get burst() {
        return burst()
      },
      get perSecond() {
        return perSecond()
      },
    })
  const perMinute = (name: string, count: () => number) => limiter(name, count, () => count() / 60)
  return {
    requests: limiter(
      'requests',
      () => settings.get().requestsPerSecond * 2,
      () => settings.get().requestsPerSecond,
    ),
    sends: limiter(
      'sends',
      () => settings.get().sendBurst,
      () => settings.get().sendsPerSecond,
    ),
    searches: limiter(
      'searches',
      () => Math.ceil(settings.get().requestsPerSecond / 2),
      () => settings.get().requestsPerSecond / 10,
    ),
    uploads: makeLimiter('uploads', UPLOADS),
    signInsByAccount: perMinute('signInsByAccount', () => settings.get().signInsPerAccount),
    signInsByAddress: perMinute('signInsByAddress', () => settings.get().signInsPerAddress),
    signUpsByAddress: perMinute('signUpsByAddress', () => settings.get().signUpsPerAddress),
  }
}
