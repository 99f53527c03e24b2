/** The terminal's end of the control channel. */
import { connect, type Socket } from 'node:net'

import type { Output } from './command.ts'
import { controlAddress, readLines, sendLine, serverLine } from './control-channel.ts'
import { Refusal, systemCode } from './refusal.ts'

/** Runs a command inside the server that has the folder open; undefined when there is none. */
export async function runInServer(
  folder: string,
  { command, request, output }: { command: string; request: unknown; output: Output },
): Promise<number | undefined> {
  const socket = await reach(controlAddress(folder))
  if (!socket) return undefined
  const cancel = () => sendLine(socket, { type: 'cancel' })
  output.signal.addEventListener('abort', cancel)
  try {
    sendLine(socket, { type: 'run', command, request })
    for await (const line of readLines(socket, serverLine)) {
      if (line.type === 'exit') return line.code
      if (line.type === 'line') output.line(line.text)
      else if (line.type === 'problem') output.problem(line.text)
      else output.progress(line)
    }
  } finally {
    output.signal.removeEventListener('abort', cancel)
    socket.destroy()
  }
  throw new Refusal('The server stopped before the command was done.')
}

function reach(address: string): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(address, () => resolve(socket.off('error', reject)))
    socket.once('error', (error) => {
      const code = systemCode(error)
      if (code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ENOTDIR') resolve(undefined)
      else if (code === 'EACCES')
        reject(new Refusal('The server runs as another user: run this command as that user.'))
      else reject(error)
    })
  })
}
