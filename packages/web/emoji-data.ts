/**
 * Owns which emoji there are and what they are called: emojibase's data, cut down to what the picker and
 * the completion read, served from the app itself under an address that changes with its content.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import type { Plugin } from 'vite'

/** Arabic is missing: emojibase has no data for it, so the picker speaks English there. */
const locales = ['en', 'de', 'es', 'ru', 'zh']

interface Emoji {
  readonly emoji: string
  readonly hexcode: string
  readonly label: string
  readonly tags?: readonly string[]
  readonly group: number
  readonly subgroup?: number
  readonly version: number
  readonly skins?: readonly { readonly emoji: string; readonly tone: number | number[] }[]
}

function read(path: string): unknown {
  const file = fileURLToPath(import.meta.resolve(`emojibase-data/${path}`))
  return JSON.parse(readFileSync(file, 'utf8'))
}

/** Those of a group: the others are parts of emoji, such as skin tones by themselves. */
function readEmojis(locale: string): Emoji[] {
  const all = read(`${locale}/data.json`)
  if (!Array.isArray(all)) throw new Error(`The emoji in ${locale} are no list.`)
  return all.filter(isEmoji)
}

function isEmoji(one: unknown): one is Emoji {
  return typeof one === 'object' && one !== null && 'group' in one && 'hexcode' in one
}

function readCodes(set: string): (hexcode: string) => readonly string[] {
  const codes = new Map(Object.entries(read(`en/shortcodes/${set}.json`) ?? {}))
  return (hexcode) => {
    const names: unknown = codes.get(hexcode)
    return [names].flat().filter((name) => typeof name === 'string')
  }
}

/** Every file by its path. */
function build(): ReadonlyMap<string, string> {
  const files = new Map<string, string>()
  for (const locale of locales) {
    files.set(`${locale}/data.json`, JSON.stringify(readEmojis(locale).map(cut)))
    files.set(
      `${locale}/messages.json`,
      JSON.stringify(withoutNames(read(`${locale}/messages.json`))),
    )
  }
  files.set('shortcodes.json', JSON.stringify(shortcodes()))
  return files
}

/** The picker names its groups in all languages of the app, and finds out by the key which one it is. */
function withoutNames(messages: unknown): unknown {
  if (typeof messages !== 'object' || messages === null || !('groups' in messages))
    throw new Error('There are no groups of emoji.')
  const groups: unknown[] = Array.isArray(messages.groups) ? messages.groups : []
  return { ...messages, groups: groups.filter(isGroup).map(nameless) }
}

interface Group {
  readonly key: string
}

function isGroup(one: unknown): one is Group {
  return typeof one === 'object' && one !== null && 'key' in one && typeof one.key === 'string'
}

const nameless = (group: Group) => ({ ...group, message: group.key })

function cut({ emoji, label, tags, group, subgroup, version, skins }: Emoji) {
  const tones = skins?.map((skin) => ({ emoji: skin.emoji, tone: skin.tone }))
  return { emoji, label, tags, group, subgroup, version, skins: tones }
}

/** Each emoji with the names that people type between colons, the usual one first. */
function shortcodes(): string[][] {
  const usual = readCodes('github')
  const more = readCodes('emojibase')
  return readEmojis('en')
    .map(({ emoji, hexcode }) => [emoji, ...new Set([...usual(hexcode), ...more(hexcode)])])
    .filter(({ length }) => length > 1)
}

export function emojiData(): Plugin {
  const files = build()
  const hash = createHash('sha256')
  for (const [path, text] of files) hash.update(path).update(text)
  const folder = `assets/emoji-${hash.digest('hex').slice(0, 8)}`
  return {
    name: 'emoji-data',
    config: () => ({ define: { 'import.meta.env.VITE_EMOJI': JSON.stringify(`/${folder}`) } }),
    generateBundle() {
      for (const [path, source] of files)
        this.emitFile({ type: 'asset', fileName: `${folder}/${path}`, source })
    },
    configureServer(server) {
      server.middlewares.use(`/${folder}`, (request, response, next) => {
        const text = files.get((request.url ?? '').slice(1))
        if (text === undefined) return next()
        response.setHeader('content-type', 'application/json')
        response.end(text)
      })
    },
  }
}
