/** Runs one command as a step of a longer job and prints how it went and how long it took. */
import { spawn, type StdioOptions } from 'node:child_process'
import { delimiter, join } from 'node:path'

/**
 * The workspace's own Node and tools come first, however this script was started. Every process that a
 * step starts finds what an earlier one compiled.
 */
const env = {
  ...process.env,
  PATH: [join(process.cwd(), 'node_modules/.bin'), process.env['PATH']].join(delimiter),
  NODE_COMPILE_CACHE: join(process.cwd(), 'node_modules/.cache/node'),
}

/** Holds the output back, and shows it only after a failure. */
export async function runQuietly(step: string, command: string, args: string[]): Promise<boolean> {
  return run(step, command, args, ['ignore', 'pipe', 'pipe'])
}

/** Shows the output as it comes. */
export async function runShowing(step: string, command: string, args: string[]): Promise<boolean> {
  return run(step, command, args, ['ignore', 'inherit', 'inherit'])
}

async function run(step: string, command: string, args: string[], stdio: StdioOptions) {
  const start = performance.now()
  const child = spawn(command, args, { env, stdio })
  const output: Buffer[] = []
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => output.push(chunk))
  const ok = await new Promise<boolean>((resolve) => {
    child.on('error', (error) => {
      output.push(Buffer.from(`${error.message}\n`))
      resolve(false)
    })
    child.on('close', (code) => resolve(code === 0))
  })
  if (!ok) process.stdout.write(Buffer.concat(output))
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  console.log(`${step.padEnd(10)}${ok ? 'ok    ' : 'FAILED'}${seconds.padStart(8)} s`)
  return ok
}
