/** Lets a process end with this one, also where this one is killed: a pipe closes then, which another reads. */
import { spawn, type ChildProcess } from 'node:child_process'

export function endWithUs(child: ChildProcess): void {
  const watchdog = spawn('sh', ['-c', 'read -r _; kill -KILL "$0"', String(child.pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // Ctrl-C at a terminal is not meant for it.
    detached: true,
  })
  watchdog.unref()
  child.once('exit', () => watchdog.kill('SIGKILL'))
}
