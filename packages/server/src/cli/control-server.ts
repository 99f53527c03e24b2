/** The running server's end of the control channel: runs the commands that terminals send. */
import { chmodSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'

import type { App } from '../app.ts'
import type { Command, Output } from './command.ts'
import { clientLine, controlAddress, readLines, sendLine } from './control-channel.ts'
import { explain } from './explain.ts'

export interface ControlServer {
  /** Stops running commands at the next point where nothing is half done. */
  close(): Promise<void>
}

/** Call it while holding the folder's lock: a socket left behind by a crash is replaced. */
export async function serveControl(options: {
  folder: string
  app: App
  commands: readonly Command[]
}): Promise<ControlServer> {
  const address = controlAddress(options.folder)
  const isFile = process.platform !== 'win32'
  if (isFile) rmSync(address, { force: true })
  const stopping = new AbortController()
  const running = new Set<Promise<void>>()
  const server = createServer((socket) => {
    const run = serveTerminal(socket, options, stopping.signal).finally(() => running.delete(run))
    running.add(run)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(address, resolve)
  })
  if (isFile) chmodSync(address, 0o600)
  return {
    async close() {
      stopping.abort()
      const closed = new Promise((resolve) => server.close(resolve))
      await Promise.all(running)
      await closed
    },
  }
}

/** Never rejects: whatever goes wrong is the terminal's to show. */
async function serveTerminal(
  socket: Socket,
  { app, commands }: { app: App; commands: readonly Command[] },
  stopping: AbortSignal,
): Promise<void> {
  const cancelled = new AbortController()
  const cancel = () => cancelled.abort()
  const silence = () => void socket.destroy()
  socket.on('error', silence)
  stopping.addEventListener('abort', silence)
  const output: Output = {
    line: (text) => sendLine(socket, { type: 'line', text }),
    problem: (text) => sendLine(socket, { type: 'problem', text }),
    progress: (state) => sendLine(socket, { type: 'progress', ...state }),
    signal: AbortSignal.any([cancelled.signal, stopping]),
  }
  let code = 1
  try {
    const lines = readLines(socket, clientLine)
    const first = await lines.next()
    stopping.removeEventListener('abort', silence)
    if (first.done || first.value.type !== 'run') return
    const { command: name, request } = first.value
    const command = commands.find((candidate) => candidate.name === name)
    // Whatever else it says, or that it has gone, ends the work.
    void lines.next().then(cancel, cancel)
    if (command) code = await command.run(app, request, output)
    else output.problem(`The running server does not know "${name}": restart it.`)
  } catch (error) {
    output.problem(explain(error))
  } finally {
    sendLine(socket, { type: 'exit', code })
    socket.destroySoon()
  }
}
