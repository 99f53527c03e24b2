/** A real nginx in front of servers, with deploy/nginx.conf: only its addresses are others here. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { findPort } from './free-port.ts'

const settings = fileURLToPath(new URL('../../../../deploy/nginx.conf', import.meta.url))
/** Debian puts it where only root looks. */
const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` }

export const hasNginx = spawnSync('nginx', ['-v'], { env }).status === 0

export interface Nginx {
  readonly url: string
  /** What it has logged of requests so far. */
  log(): string
  stop(): Promise<void>
}

/** @param servers the addresses of those it stands before */
export async function startNginx(servers: readonly string[]): Promise<Nginx> {
  const folder = mkdtempSync(join(tmpdir(), 'roost-nginx-'))
  const port = await findPort()
  const place = { folder, port, servers: servers.map((url) => new URL(url).host) }
  writeFileSync(join(folder, 'roost.conf'), adapt(readFileSync(settings, 'utf8'), place))
  writeFileSync(join(folder, 'nginx.conf'), around(folder))
  const child = spawn('nginx', ['-p', folder, '-c', 'nginx.conf', '-g', 'daemon off;'], {
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  running.add(child)
  const ended = once(child, 'exit').then(() => running.delete(child))
  const url = `http://127.0.0.1:${port}`
  while (!(await answers(url)))
    if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}.`)
  return {
    url,
    log: () => readFileSync(join(folder, 'roost.log'), 'utf8'),
    async stop() {
      child.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true })
    },
  }
}

/** A test that fails half-way leaves none behind. */
const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGTERM')
})

/** Each change must find its place, so that this is the file that people use. */
function adapt(
  text: string,
  { folder, port, servers }: { folder: string; port: number; servers: readonly string[] },
): string {
  const replace = (before: string, pattern: RegExp, by: (found: string) => string) => {
    if (!pattern.test(before)) throw new Error(`deploy/nginx.conf has no ${pattern.source}.`)
    return before.replace(pattern, by)
  }
  const upstreams = (found: string) => {
    const [, rest = ''] = /127\.0\.0\.1:\d+(.*)/.exec(found) ?? []
    return servers.map((server) => `    server ${server}${rest}\n`).join('')
  }
  let adapted = replace(text, /(?: {4}server 127\.0\.0\.1:\d+.*\n)+/, upstreams)
  adapted = replace(adapted, /listen 80;/, () => `listen unix:${join(folder, 'redirect')};`)
  adapted = replace(adapted, /listen 443 ssl http2;/, () => `listen 127.0.0.1:${port};`)
  adapted = replace(adapted, /(?: {4}ssl_.*\n)+/, () => '')
  return replace(adapted, /\/var\/log\/nginx/, () => folder)
}

function around(folder: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `  ${name}_temp_path ${join(folder, name)};\n`)
    .join('')
  return `${process.getuid?.() === 0 ? 'user root;\n' : ''}pid ${join(folder, 'pid')};
error_log ${join(folder, 'error.log')};
worker_processes 1;
events { worker_connections 1024; }
http {
${temporary}  include ${join(folder, 'roost.conf')};
}
`
}

/** It has an answer of its own for this. */
async function answers(url: string): Promise<boolean> {
  const reply = await fetch(`${url}/metrics`).catch(() => undefined)
  await reply?.text()
  return reply !== undefined
}
