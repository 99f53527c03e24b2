/** What the peers have in common: Debian's packages, a lodging each, and XMPP. */
import type { Back, Crowd, Running, System, Tally } from '../system.ts'
import { Lodging } from './lodging.ts'
import { nameOf, XmppClient } from './xmpp.ts'

/** @returns the sentence on Debian's packages that are not installed, if there are any */
export function lacking(installed: Readonly<Record<string, boolean>>): { lacks?: string } {
  const missing = Object.keys(installed).filter((name) => installed[name] !== true)
  if (missing.length === 0) return {}
  return { lacks: `It needs what "apt-get install ${missing.join(' ')}" installs on Debian.` }
}

/** One whose archive those read who were away. */
export interface Peer extends System {
  start(crowd: Crowd): Promise<PeerRunning>
}
export interface PeerRunning extends Running {
  /** How far a person had got who has missed the last so many messages of their archive. */
  findPlace(person: number, missed: number): Promise<string>
  /** Signs in again, and reads on from there: resolves to how many messages came. */
  comeBack(person: number, place: string): Promise<Back>
}

/** @param open starts the server, and resolves with its port when it takes clients */
export async function runPeer(
  crowd: Crowd,
  open: (lodging: Lodging) => Promise<number>,
): Promise<PeerRunning> {
  const lodging = new Lodging()
  const { members = 0 } = crowd
  try {
    const port = await open(lodging)
    const connect = (person: number) =>
      XmppClient.connect(port, nameOf(person), { joins: person < members })
    return {
      pids: () => lodging.pids(),
      connect,
      async findPlace(person, missed) {
        const client = await XmppClient.connect(port, nameOf(person), { reads: true })
        const place = await client.findPlace(missed)
        client.close()
        return place
      },
      async comeBack(person, place) {
        const client = await XmppClient.connect(port, nameOf(person), { reads: true })
        let events = 0
        client.onText = () => void events++
        await client.readArchive(place)
        return { events, refusals: 0, close: async () => client.close() }
      },
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
