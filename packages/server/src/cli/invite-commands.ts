/** `roost invite …`: links by which people come to the server or into a room. */
import { createInvite, id, limits } from '@roost/protocol'
import encodeQr from 'qr'
import { z } from 'zod'

import { createOwnersInvite, revokeInvite } from '../admin/invites.ts'
import { listAllInvites } from '../auth/invites.ts'
import { readArguments, readCount, readDuration, readId } from './arguments.ts'
import { defineCommand, type Command } from './command.ts'
import { collect, SHOWN, showJson, showList, time } from './listing.ts'
import { UsageError } from './refusal.ts'
import { noOrigin } from './user-commands.ts'

const create = defineCommand({
  name: 'invite create',
  usage: '[--room ID] [--uses N] [--expires 7d] [--json]',
  about: 'Make an invite link to the server or a room, and its QR code.',
  request: z.strictObject({ ...createInvite.shape, json: z.boolean() }),
  async read(args) {
    const given = readArguments(args, [], { values: ['room', 'uses', 'expires'], flags: ['json'] })
    const room = given.value('room')
    const maxUses = readCount('uses', given.value('uses'))
    if (maxUses !== undefined && maxUses > limits.inviteUsesMax)
      throw new UsageError(`--uses is at most ${limits.inviteUsesMax}.`)
    const expiresIn = readDuration('expires', given.value('expires'))
    const { inviteLifeMin, inviteLifeMax } = limits
    if (expiresIn !== undefined && (expiresIn < inviteLifeMin || expiresIn > inviteLifeMax))
      throw new UsageError('--expires is between 5m and 366d.')
    return {
      conversationId: room === undefined ? undefined : readId('a room', room),
      maxUses,
      expiresIn,
      json: given.has('json'),
    }
  },
  async run({ core, administration }, { json, ...request }, output) {
    const { invite, token } = await createOwnersInvite(core, request)
    const origin = administration.origin ?? administration.localOrigin()
    const link = `${origin}/invite/${token}`
    if (json) showJson(output, { ...invite, link })
    else {
      output.line(link)
      for (const line of encodeQr(link, 'ascii', { ecc: 'low' }).trimEnd().split('\n'))
        output.line(line)
    }
    if (administration.origin === undefined) output.problem(noOrigin)
    return 0
  },
})

const list = defineCommand({
  name: 'invite list',
  usage: '[--limit N] [--json]',
  about: 'The invite links in force.',
  request: z.strictObject({ limit: z.int().optional(), json: z.boolean() }),
  async read(args) {
    const given = readArguments(args, [], { values: ['limit'], flags: ['json'] })
    return { limit: readCount('limit', given.value('limit')), json: given.has('json') }
  },
  async run({ core }, { limit = SHOWN, json }, output) {
    const makers = new Map<string, string>()
    const { items, more } = await collect(limit, async (place) => {
      const { invites, users, ...rest } = await listAllInvites(core, place)
      for (const user of users) makers.set(user.id, user.username ?? user.name)
      return { items: invites, ...rest }
    })
    showList(output, {
      items,
      more,
      json,
      none: 'There are no invite links in force.',
      headings: ['ID', 'LEADS TO', 'MADE BY', 'USES', 'UNTIL'],
      row: (invite) => [
        invite.id,
        invite.conversationId === null ? 'the server' : invite.roomName,
        makers.get(invite.createdBy),
        invite.maxUses === null ? invite.uses : `${invite.uses} of ${invite.maxUses}`,
        time(invite.expiresAt),
      ],
    })
    return 0
  },
})

const revoke = defineCommand({
  name: 'invite revoke',
  usage: 'ID',
  about: 'End an invite link.',
  request: z.strictObject({ inviteId: id }),
  async read(args) {
    return { inviteId: readId('an invite link', readArguments(args, ['ID']).words[0]) }
  },
  async run({ core }, { inviteId }, output) {
    await revokeInvite(core, null, inviteId)
    output.line('The link leads nowhere any more.')
    return 0
  },
})

export const inviteCommands: readonly Command[] = [create, list, revoke]
