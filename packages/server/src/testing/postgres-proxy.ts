/**
 * Stands between a program and PostgreSQL, and acts at one moment of what they say: right before a
 * statement arrives there, or once it has been carried out and before the program hears of it.
 */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

interface Moment {
  /** What the program says, one after the other; the last of them is the moment. */
  readonly after: readonly RegExp[]
  readonly is: 'before' | 'done'
}

export interface PostgresProxy {
  /** The same database, through the proxy. */
  readonly url: string
  /** Resolves at the moment; from then on nothing passes, and nobody gets in. */
  readonly reached: Promise<void>
  close(): Promise<void>
}

/** @param act called at the moment, before anything else happens */
export async function openProxy(
  url: string,
  { after, is }: Moment,
  act: () => void = () => {},
): Promise<PostgresProxy> {
  const to = new URL(url)
  const sockets = new Set<Socket>()
  const { promise: reached, resolve } = Promise.withResolvers<void>()
  const awaited = [...after]
  let isCut = false
  const cut = () => {
    if (isCut) return
    isCut = true
    act()
    for (const socket of sockets) socket.destroy()
    resolve()
  }
  const server = createServer((program) => {
    if (isCut) return void program.destroy()
    const database = connect(Number(to.port), to.hostname)
    let heard = ''
    let isToCut = false
    for (const socket of [program, database]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        program.destroy()
        database.destroy()
      })
    }
    program.on('data', (bytes: Buffer) => {
      heard = (heard + bytes.toString('latin1')).slice(-5_000_000)
      for (let found; awaited[0] && (found = awaited[0].exec(heard));) {
        heard = heard.slice(found.index + found[0].length)
        awaited.shift()
        if (awaited.length > 0) continue
        if (is === 'before') return cut()
        isToCut = true
      }
      if (!isCut) database.write(bytes)
    })
    database.on('data', (bytes: Buffer) => {
      if (isToCut) return cut()
      program.write(bytes)
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const through = new URL(url)
  through.port = String((server.address() as AddressInfo).port)
  return {
    url: through.href,
    reached,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((closed) => server.close(closed))
    },
  }
}
