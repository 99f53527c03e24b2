/** Sees the requests for sockets that reach a server in this process, and the server's end of each. */
import { Server } from 'node:http'
import { Socket } from 'node:net'

export function watchUpgrades() {
  const { promise, resolve } = Promise.withResolvers<void>()
  const emit = Reflect.get(Server.prototype, 'emit')
  const sockets: Socket[] = []
  let wanted = Infinity
  Server.prototype.emit = function spy(this: Server, name: string, ...rest: unknown[]) {
    const [, socket] = rest
    if (name === 'upgrade' && socket instanceof Socket) sockets.push(socket)
    if (sockets.length >= wanted) resolve()
    return Reflect.apply(emit, this, [name, ...rest])
  }
  return {
    sockets: sockets as readonly Socket[],
    reached(count: number): Promise<void> {
      wanted = count
      return promise
    },
    stop: () => void (Server.prototype.emit = emit),
  }
}
