/** One line of an import: from bytes to a message that may be stored, or the reason why not. */
import { isUtf8 } from 'node:buffer'

import { limits, line as oneLine, stripControls } from '@roost/protocol'
import { z } from 'zod'

export interface ImportedMessage {
  readonly id: string
  readonly room: string
  readonly author: string
  /** Milliseconds since the epoch. */
  readonly time: number
  readonly text: string
  readonly replyTo: string | undefined
  /** How many control characters its fields have lost. */
  readonly removed: number
}

export type ParsedLine =
  | { readonly status: 'ok'; readonly message: ImportedMessage }
  /** `isObject` tells whether it is at least JSON of the right shape. */
  | { readonly status: 'refused'; readonly reason: string; readonly isObject: boolean }

/** Long enough for any program's ids; they are kept as a hash only. */
const key = z.string('must be a text').min(1, 'is empty').max(500, 'is longer than 500 characters')

const schema = z.object({
  id: key,
  room: z.string('must be a text'),
  author: z.string('must be a text'),
  time: z.iso.datetime({
    offset: true,
    error: 'must be a date and time with its zone, such as 2026-01-31T09:30:00Z',
  }),
  text: z.string('must be a text'),
  replyTo: key.nullish(),
})

const roomName = oneLine(limits.roomNameMax)
const authorName = oneLine(limits.displayNameMax)

const refuse = (reason: string, isObject: boolean): ParsedLine => ({
  status: 'refused',
  reason,
  isObject,
})

export function parseImportLine(bytes: Buffer): ParsedLine {
  if (!isUtf8(bytes)) return refuse('is not UTF-8', false)
  let value: unknown
  try {
    value = JSON.parse(bytes.toString())
  } catch {
    return refuse('is not JSON', false)
  }
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  if (!isObject) return refuse('is not a JSON object', false)
  const parsed = schema.safeParse(value)
  if (!parsed.success) return refuse(describe(parsed.error), true)
  return clean(parsed.data)
}

function describe(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ')
}

function clean(fields: z.output<typeof schema>): ParsedLine {
  const text = stripControls(fields.text)
  const room = stripControls(fields.room)
  const author = stripControls(fields.author)
  if (!roomName.safeParse(room.text).success)
    return refuse(`room must be one line of 1 to ${limits.roomNameMax} characters`, true)
  if (!authorName.safeParse(author.text).success)
    return refuse(`author must be one line of 1 to ${limits.displayNameMax} characters`, true)
  if (text.text.trim() === '') return refuse('text is empty', true)
  if (text.text.length > limits.messageLength)
    return refuse(`text is longer than ${limits.messageLength} characters`, true)
  return {
    status: 'ok',
    message: {
      id: fields.id,
      room: room.text,
      author: author.text,
      time: Date.parse(fields.time),
      text: text.text,
      replyTo: fields.replyTo ?? undefined,
      removed: text.removed + room.removed + author.removed,
    },
  }
}
