/**
 * What a disk may hold after the power went: all that was synced before, and of what was done since any
 * part. A write may be there, be missing, or be torn at sectors; a new name may be missing until its
 * folder was synced.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import type { Chance } from '../../chance.ts'
import type { Moment, Op } from './op-log.ts'

/** Paths are relative to the data folder; the folder itself is ''. */
export interface Image {
  readonly folders: ReadonlySet<string>
  readonly files: ReadonlyMap<string, Buffer>
}

/** How much of what was not synced had reached the disk anyway. */
export interface Fate {
  /** The probability that a write, or a change of a name, is there. */
  readonly kept: number
  /** The probability that a write of several sectors is there in part. */
  readonly torn: number
}

const SECTOR = 512

type Content = Extract<Op, { kind: 'write' | 'truncate' }>
interface Stored {
  base: Buffer
  readonly contents: Content[]
  /** Everything that was over when this began is on the disk. */
  syncedFrom: Moment
}
/** A name that means another file, or none, from then on. */
interface Naming {
  readonly until: Moment
  readonly path: string
  readonly now: Stored | 'folder' | null
  /** Is there only where this one is. */
  readonly after?: Naming
}

export function readImage(root: string): Image {
  const folders = new Set([''])
  const files = new Map<string, Buffer>()
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name).slice(root.length + 1)
    if (entry.isDirectory()) folders.add(path)
    else if (entry.isFile()) files.set(path, readFileSync(join(root, path)))
  }
  return { folders, files }
}

export function writeImage({ folders, files }: Image, root: string): void {
  for (const folder of folders) mkdirSync(join(root, folder), { recursive: true, mode: 0o700 })
  for (const [path, bytes] of files) writeFileSync(join(root, path), bytes, { mode: 0o600 })
}

/** @param at the moment of the cut: nothing that began later has happened */
export function losePower(
  base: Image,
  ops: readonly Op[],
  { at, fate, chance }: { at: Moment; fate: Fate; chance: Chance },
): Image {
  const { namings, foldersSynced } = replay(base, ops, at)
  const kept = new Set<Naming>()
  const names = new Map<string, Stored | 'folder'>()
  for (const folder of base.folders) names.set(folder, 'folder')
  for (const naming of namings) {
    const synced = (foldersSynced.get(folderOf(naming.path)) ?? -1) >= naming.until
    const isThere =
      (naming.after === undefined || kept.has(naming.after)) &&
      (synced || chance.happens(fate.kept))
    if (!isThere) continue
    kept.add(naming)
    if (naming.now === null) names.delete(naming.path)
    else names.set(naming.path, naming.now)
  }
  const folders = new Set<string>()
  const files = new Map<string, Buffer>()
  // A folder that is missing takes with it what is in it: parents are looked at first.
  for (const [path, now] of [...names].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    if (path !== '' && !folders.has(folderOf(path))) continue
    if (now === 'folder') folders.add(path)
    else files.set(path, contentOf(now, { fate, chance }))
  }
  return { folders, files }
}

/** What was done until then: how each file was written, and which names changed in which order. */
function replay(base: Image, ops: readonly Op[], at: Moment) {
  const byFile = new Map<number, Stored>()
  const live = new Map<string, Stored>()
  const namings: Naming[] = []
  const foldersSynced = new Map<string, Moment>()
  for (const [path, bytes] of base.files) {
    const stored: Stored = { base: bytes, contents: [], syncedFrom: -1 }
    live.set(path, stored)
    namings.push({ until: -1, path, now: stored })
  }
  for (const folder of base.folders) foldersSynced.set(folder, -1)
  for (const op of ops) {
    if (op.from > at) continue
    const { until } = op
    const isOver = until <= at
    switch (op.kind) {
      case 'create': {
        const stored: Stored = { base: Buffer.alloc(0), contents: [], syncedFrom: -1 }
        byFile.set(op.file, stored)
        live.set(op.path, stored)
        namings.push({ until, path: op.path, now: stored })
        break
      }
      case 'open': {
        const stored = live.get(op.path)
        if (stored) byFile.set(op.file, stored)
        break
      }
      case 'write':
      case 'truncate':
        byFile.get(op.file)?.contents.push(op)
        break
      case 'sync': {
        const stored = byFile.get(op.file)
        if (stored && isOver) stored.syncedFrom = Math.max(stored.syncedFrom, op.from)
        break
      }
      case 'syncFolder':
        if (isOver) foldersSynced.set(op.path, Math.max(foldersSynced.get(op.path) ?? -1, op.from))
        break
      case 'rename': {
        const stored = live.get(op.path)
        if (!stored) break
        live.delete(op.path)
        live.set(op.to, stored)
        const there: Naming = { until, path: op.to, now: stored }
        namings.push(there, { until, path: op.path, now: null, after: there })
        break
      }
      case 'unlink':
      case 'rmdir':
        live.delete(op.path)
        namings.push({ until, path: op.path, now: null })
        break
      case 'mkdir':
        namings.push({ until, path: op.path, now: 'folder' })
        break
      default:
        op satisfies never
    }
  }
  return { namings, foldersSynced }
}

/**
 * Of the writes that were not synced any may be there, a later one without an earlier: that is what
 * reordering leaves behind.
 */
function contentOf(
  { base, contents, syncedFrom }: Stored,
  { fate, chance }: { fate: Fate; chance: Chance },
): Buffer {
  // As long as it ever was; what lies beyond the size of a file reads as zeros when it grows again.
  const ends = contents.map((op) => (op.kind === 'write' ? op.offset + op.data.length : 0))
  const bytes = Buffer.alloc(Math.max(base.length, ...ends))
  base.copy(bytes)
  let size = base.length
  for (const op of contents) {
    const isSynced = op.until <= syncedFrom
    if (!isSynced && !chance.happens(fate.kept)) continue
    if (op.kind === 'truncate') {
      bytes.fill(0, op.size, Math.max(op.size, size))
      size = op.size
      continue
    }
    const { offset, data } = op
    size = Math.max(size, offset + data.length)
    const isTorn = !isSynced && chance.happens(fate.torn)
    for (const [from, to] of isTorn ? sectorsOf(offset, data.length) : [[0, data.length] as const])
      if (!isTorn || chance.happens(0.5)) data.copy(bytes, offset + from, from, to)
  }
  return bytes.subarray(0, size)
}

/** Where a write crosses from one sector of the disk to the next. */
function sectorsOf(offset: number, length: number): (readonly [from: number, to: number])[] {
  const parts: (readonly [number, number])[] = []
  for (let from = 0; from < length;) {
    const to = Math.min(length, from + SECTOR - ((offset + from) % SECTOR))
    parts.push([from, to])
    from = to
  }
  return parts
}

function folderOf(path: string): string {
  const folder = dirname(path)
  return folder === '.' ? '' : folder
}
