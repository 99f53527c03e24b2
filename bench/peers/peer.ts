/** What the peers have in common: Debian's packages, a lodging each, and XMPP. */
import type { Crowd, Running, Tally } from '../system.ts'
import { Lodging } from './lodging.ts'
import { nameOf, XmppClient } from './xmpp.ts'

/** @returns the sentence on Debian's packages that are not installed, if there are any */
export function lacking(installed: Readonly<Record<string, boolean>>): { lacks?: string } {
  const missing = Object.keys(installed).filter((name) => installed[name] !== true)
  if (missing.length === 0) return {}
  return { lacks: `It needs what "apt-get install ${missing.join(' ')}" installs on Debian.` }
}

/** @param open starts the server, and resolves with its port when it takes clients */
export async function runPeer(
  crowd: Crowd,
  open: (lodging: Lodging) => Promise<number>,
): Promise<Running> {
  const lodging = new Lodging()
  const { members = 0 } = crowd
  try {
    const port = await open(lodging)
    const connect = (person: number) =>
      XmppClient.connect(port, nameOf(person), { joins: person < members })
    return {
      pids: () => lodging.pids(),
      connect,
      async listen(person: number, tally: Tally) {
        const client = await connect(person)
        client.onText = () => void tally.frames++
        return client
      },
      stop: () => lodging.leave(),
    }
  } catch (error) {
    await lodging.leave()
    throw error
  }
}
