/** Processes that are measured: started, waited for, asked what they use, ended. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

const PATIENCE = 30_000
/** Of the clock in which Linux counts the time of processes. */
const TICKS_PER_SECOND = 100

/** Where CPU profiles of what is measured go; without it none are taken. */
const profiles = process.env['BENCH_PROFILES']

/** @param log the file that takes what it says */
export function startNode(
  file: string,
  { args, env, log }: { args: readonly string[]; env: Record<string, string>; log: string },
): ChildProcess {
  const profiling = profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profiles}`]
  const output = openSync(log, 'a')
  const child = spawn(process.execPath, [...profiling, file, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', output, output],
  })
  closeSync(output)
  running.add(child)
  child.once('exit', () => running.delete(child))
  return child
}

/** Nothing is left behind when a bench is broken off. */
const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Resolves when something answers there with 200. */
export async function answers(url: string, child: ChildProcess): Promise<void> {
  const until = performance.now() + PATIENCE
  for (;;) {
    const answer = await fetch(url).catch(() => undefined)
    await answer?.arrayBuffer()
    if (answer?.ok) return
    if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode} at once.`)
    if (performance.now() > until) throw new Error(`Nothing answers at ${url}.`)
    await pause(10)
  }
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}

/** Seconds of all their cores so far. One that has ended counts for nothing. */
export function cpuOf(pids: readonly number[]): number {
  return sum(pids, (pid) => {
    // The name before it may have spaces in it.
    const [, rest = ''] = readOf(pid, 'stat').split(') ')
    const fields = rest.split(' ')
    return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_PER_SECOND
  })
}

/** Resolves when they do nothing that anybody would notice. */
export async function untilIdle(pids: () => readonly number[]): Promise<void> {
  const [EVERY, LITTLE] = [250, 0.0125]
  const until = performance.now() + PATIENCE
  for (let before = cpuOf(pids()), spent = Infinity; spent > LITTLE;) {
    if (performance.now() > until) throw new Error('It does not come to rest.')
    await pause(EVERY)
    spent = cpuOf(pids()) - before
    before += spent
  }
}

/** Bytes that are in memory; what several share is counted once. */
export function memoryOf(pids: readonly number[]): number {
  return sum(pids, (pid) => {
    const [, kilobytes = '0'] = /^Pss:\s+(\d+)/m.exec(readOf(pid, 'smaps_rollup')) ?? []
    return Number(kilobytes) * 1_024
  })
}

/** These, and what they have started themselves; as far as they still work. */
export function familyOf(pids: readonly number[]): number[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const parents = new Map(all.map((name) => [Number(name), parentOf(Number(name))]))
  const family = new Set(pids)
  // A set hands out what is added to it on the way.
  for (const elder of family)
    for (const [pid, parent] of parents) if (parent === elder) family.add(pid)
  return [...family].filter((pid) => parents.get(pid) !== undefined)
}

export const works = (pid: number): boolean => parentOf(pid) !== undefined

/** Of one that works. */
function parentOf(pid: number): number | undefined {
  const [, state = 'Z', parent] = /.*\) (\S) (\d+)/.exec(readOf(pid, 'stat')) ?? []
  return state === 'Z' ? undefined : Number(parent)
}

function readOf(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1')
  } catch {
    return ''
  }
}

const sum = (pids: readonly number[], of: (pid: number) => number) =>
  pids.reduce((total, pid) => total + of(pid), 0)
