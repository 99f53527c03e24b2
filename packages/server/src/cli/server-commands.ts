/** `roost settings`, `audit` and `health`: the server as a whole. */
import { settings, updateSettings, type SettingName } from '@roost/protocol'
import { z } from 'zod'

import { listAudit } from '../admin/audit.ts'
import { changeSettings, readSettings } from '../admin/settings.ts'
import { readArguments, readCount } from './arguments.ts'
import { defineCommand, type Command } from './command.ts'
import { bytes, collect, oneLine, SHOWN, showFacts, showJson, showList, time } from './listing.ts'
import { Refusal, UsageError } from './refusal.ts'

const asJson = z.strictObject({ json: z.boolean() })
const readJson = async (args: string[]) => ({
  json: readArguments(args, [], { flags: ['json'] }).has('json'),
})

const show = defineCommand({
  name: 'settings',
  usage: '[--json]',
  about: 'What is set, and what the environment decides.',
  request: asJson,
  read: readJson,
  async run({ core }, { json }, output) {
    const now = readSettings(core)
    if (json) showJson(output, now)
    else
      showList(output, {
        items: Object.entries(now.settings),
        json,
        none: '',
        headings: ['NAME', 'VALUE', 'DECIDED BY'],
        row: ([name, value]) => [name, value, now.locked[name] ?? ''],
      })
    return 0
  },
})

const names = Object.keys(settings.shape) as SettingName[]

const set = defineCommand({
  name: 'settings set',
  usage: 'NAME VALUE',
  about: 'Change a setting; "none" empties one that may be empty.',
  request: updateSettings,
  async read(args) {
    const [name, text = ''] = readArguments(args, ['NAME', 'VALUE']).words
    const known = names.find((each) => each === name)
    if (known === undefined)
      throw new UsageError(`There is no setting "${name}", but ${names.join(', ')}.`)
    return updateSettings.parse({ [known]: readValue(known, text) })
  },
  async run({ core }, change, output) {
    const { settings: now } = await changeSettings(core, { actorId: null, change })
    for (const [name, value] of Object.entries(now))
      if (name in change) output.line(`${name} is ${value ?? 'empty'} now.`)
    return 0
  },
})

function readValue(name: SettingName, text: string): unknown {
  const schema = settings.shape[name]
  const asNumber = /^\d+$/.test(text) ? schema.safeParse(Number(text)) : undefined
  if (asNumber?.success) return asNumber.data
  const parsed = schema.safeParse(text === 'none' ? null : text)
  if (parsed.success) return parsed.data
  throw new Refusal(`${name} cannot be "${text}": ${parsed.error.issues[0]?.message}`)
}

const audit = defineCommand({
  name: 'audit',
  usage: '[--limit N] [--json]',
  about: 'Every administrative act, newest first.',
  request: asJson.extend({ limit: z.int().optional() }),
  async read(args) {
    const given = readArguments(args, [], { values: ['limit'], flags: ['json'] })
    return { limit: readCount('limit', given.value('limit')), json: given.has('json') }
  },
  async run({ core }, { limit = SHOWN, json }, output) {
    const actors = new Map<string, string>()
    const { items, more } = await collect(limit, async (place) => {
      const { entries, users, ...rest } = await listAudit(core, place)
      for (const user of users) actors.set(user.id, user.username ?? user.name)
      return { items: entries, ...rest }
    })
    showList(output, {
      items,
      more,
      json,
      none: 'Nothing was done yet.',
      headings: ['AT', 'BY', 'ACT', 'TO', 'DETAILS'],
      row: (entry) => [
        time(entry.at),
        entry.actorId === null ? 'command line' : actors.get(entry.actorId),
        entry.action,
        entry.subjectName,
        Object.keys(entry.details).length === 0 ? '' : oneLine(JSON.stringify(entry.details), 100),
      ],
    })
    return 0
  },
})

const health = defineCommand({
  name: 'health',
  usage: '[--json]',
  about: 'How the server is doing.',
  request: asJson,
  read: readJson,
  async run({ administration }, { json }, output) {
    const now = await administration.health.read(administration)
    if (json) showJson(output, now)
    else
      showFacts(output, [
        ['Version', now.version],
        ['Started', `${time(now.startedAt)} UTC`],
        ['Address', now.origin ?? 'not set (ROOST_ORIGIN)'],
        ['Mail', now.mail ? 'set' : 'not set'],
        ['Database', `${bytes(now.databaseBytes)}, ${now.database}`],
        ['Files', bytes(now.filesBytes)],
        ['Free disk', bytes(now.freeBytes)],
        ['Memory', bytes(now.memoryBytes)],
        ['Accounts', `${now.users}, ${now.disabledUsers} of them disabled`],
        ['Rooms', now.rooms],
        ['Messages', now.messages],
        ['Not yet indexed', now.searchPending],
        ['Open sockets', now.openSockets],
        ['Online', now.onlineUsers],
      ])
    return 0
  },
})

export const serverCommands: readonly Command[] = [show, set, audit, health]
