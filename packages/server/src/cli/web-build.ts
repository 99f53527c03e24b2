/**
 * The web app, built when what it is made of has changed since. A build is made aside and put in
 * place whole, with a note of its inputs in it, so that neither a failed nor a second one does harm.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'

import { Refusal, systemCode } from './refusal.ts'

/** Where this project lies. */
export const projectRoot = fileURLToPath(new URL('../../../..', import.meta.url))

/** The folder of the web app as it was last built, if it was. */
export function builtWeb(root: string): string | undefined {
  const folder = join(root, 'packages/web/dist')
  return existsSync(join(folder, 'index.html')) ? folder : undefined
}

/** Builds if need be, and returns the folder to serve: none if aborted before there was one. */
export async function buildWeb(
  root: string,
  { announce, signal }: { announce: (line: string) => void; signal: AbortSignal },
): Promise<string | undefined> {
  const web = join(root, 'packages/web')
  const inputs = hashInputs(root)
  if (readNote(web) === inputs) return builtWeb(root)
  const vite = findVite(web)
  const obstacle =
    vite === undefined ? notInstalled : isWritable(web) ? undefined : notWritable(web)
  if (vite === undefined || obstacle !== undefined) {
    if (builtWeb(root) === undefined) throw new Refusal(`The web app is not built, and ${obstacle}`)
    return builtWeb(root)
  }
  announce('Building the web app (once)…')
  const stage = await mkdtemp(join(web, '.stage-'))
  try {
    // The name `dist` keeps it out of git, formatters and linters while it lasts.
    const made = join(stage, 'dist')
    await runVite({ vite, web, outDir: made, signal })
    if (signal.aborted) return builtWeb(root)
    await writeFile(join(made, note), inputs)
    await putInPlace({ made, web, old: join(stage, 'old'), inputs })
  } finally {
    await rm(stage, { recursive: true, force: true })
  }
  return builtWeb(root)
}

const notInstalled = 'vite, which builds it, is not installed: run "npm ci" without --omit=dev.'
const notWritable = (web: string) =>
  `this user may not write to ${web}: run "npm run build" once as the user who installed Roost.`

/** Over what a build is made from: paths and contents. */
function hashInputs(root: string): string {
  const hash = createHash('sha256')
  const add = (path: string) => {
    hash.update(`${path}\0`)
    hash.update(
      createHash('sha256')
        .update(readFileSync(join(root, path)))
        .digest(),
    )
  }
  const walk = (folder: string) => {
    const entries = readdirSync(join(root, folder), { withFileTypes: true })
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = `${folder}/${entry.name}`
      if (entry.name.startsWith('.')) continue
      if (entry.isFile()) add(path)
      else if (entry.name !== 'dist' && entry.name !== 'node_modules') walk(path)
    }
  }
  for (const folder of ['packages/web', 'packages/sdk/src', 'packages/protocol/src']) walk(folder)
  add('package-lock.json')
  return hash.digest('hex')
}

const note = '.inputs'

function readNote(web: string): string | undefined {
  const file = join(web, 'dist', note)
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

function findVite(web: string): string | undefined {
  try {
    const manifest = createRequire(join(web, 'package.json')).resolve('vite/package.json')
    return join(dirname(manifest), 'bin/vite.js')
  } catch {
    return undefined
  }
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}

async function runVite(job: {
  vite: string
  web: string
  outDir: string
  signal: AbortSignal
}): Promise<void> {
  const { vite, web, outDir, signal } = job
  const child = spawn(process.execPath, [vite, 'build', '--outDir', outDir, '--emptyOutDir'], {
    cwd: web,
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const stop = () => void child.kill()
  signal.addEventListener('abort', stop)
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve)
  }).finally(() => signal.removeEventListener('abort', stop))
  if (code === 0 || signal.aborted) return
  const lines = stripVTControlCharacters(said).trim().split('\n')
  const telling = lines.filter((line) => !/^\s+at /.test(line)).slice(0, 20)
  throw new Refusal(`The web app could not be built. vite said:\n${telling.join('\n')}`)
}

async function putInPlace(build: {
  made: string
  web: string
  old: string
  inputs: string
}): Promise<void> {
  const place = join(build.web, 'dist')
  try {
    await rename(place, build.old)
  } catch (error) {
    // The first build of all, or another start is putting its own there in this moment.
    if (systemCode(error) !== 'ENOENT') throw error
  }
  try {
    await rename(build.made, place)
  } catch (error) {
    if (readNote(build.web) !== build.inputs) throw error
  }
}
