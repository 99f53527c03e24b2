/** Sessions that are ended from elsewhere: who must be out, what is left of them, and signing in again. */
import { endpoints } from '@roost/protocol'

import type { Violation } from '../checker/ledger.ts'
import type { Browser } from './browser.ts'
import type { Device } from './device.ts'
import type { World } from './world.ts'

/** A device logs the other one of its person out. */
export function endOtherSession(world: World, { client, browser }: Device): void {
  const other = world.browsers.find((one) => one.person === browser.person && one !== browser)
  if (!other || world.tabsOf(other).length === 0) return
  const { session } = other
  const become = (fate: Browser['fate']) => {
    if (other.session !== session || other.fate === 'ended') return
    other.fate = fate
    if (fate !== 'ended') return
    for (const { name } of world.tabsOf(other))
      world.recorder.note({ type: 'sessionEnded', device: name })
  }
  // Until there is an answer: who asked may be gone before it comes.
  become('unknown')
  client.call(endpoints.endSession, { params: { id: session.id } }).then(
    () => become('ended'),
    () => {},
  )
}

/** Somebody who is out comes in again. A server that cannot take them in just now is left alone. */
export async function signInAgain(world: World, browser: Browser): Promise<void> {
  const { server } = world.stage
  if (!server.isUp || !world.tabsOf(browser).some(isOut)) return
  const [session] = await server.openSessions([browser.person]).catch(() => [])
  if (!session) return
  browser.session = session
  browser.fate = 'live'
  for (const tab of world.tabsOf(browser)) {
    world.recorder.note({ type: 'signedIn', device: tab.name })
    tab.crash()
  }
}

const isOut = ({ client }: Device) => client.getState().session === 'signedOut'

/** Whether everybody whose session has ended has noticed and keeps nothing, whoever was told of that end. */
export function areOut(world: World): boolean {
  const knows = ({ client }: Device) => client.getState().connection.status === 'online'
  return world.used.every((tab) => isOut(tab) || knows(tab)) && findStillIn(world).length === 0
}

export function findStillIn(world: World): Violation[] {
  return world.browsers
    .filter(({ fate }) => fate === 'ended')
    .flatMap((browser) => [
      ...world
        .tabsOf(browser)
        .filter((tab) => !isOut(tab) || holdsAnything(tab))
        .map(({ name }) => tell(name, 'shows what its ended session had read')),
      ...(browser.keepsCache
        ? [tell(browser.person.name, 'has stored what an ended session had read')]
        : []),
    ])
}

function holdsAnything({ client }: Device): boolean {
  const { me, conversations, users } = client.getState()
  return me !== null || Object.keys(conversations).length + Object.keys(users).length > 0
}

/** Nobody is thrown out but by somebody. */
export function findThrownOut(world: World): Violation[] {
  return world.used
    .filter((device) => device.browser.fate === 'live' && isOut(device))
    .map(({ name }) => tell(name, 'is signed out, and nobody has ended its session', 'I8'))
}

function tell(who: string, what: string, invariant: Violation['invariant'] = 'I9'): Violation {
  return { invariant, sentence: `${who} ${what}.` }
}
