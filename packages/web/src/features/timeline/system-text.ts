import { systemContent, type Message, type SystemContent } from '@roost/protocol'
import type { TFunction } from 'i18next'

import { isolate } from '../conversation/names.ts'

/** Undefined for somebody who is not known (any more). */
export interface Names {
  readonly me: string | undefined
  readonly actor: string | undefined
  readonly target: string | undefined
}

/** Who it was done to, when that is someone else than who did it. */
export function targetOf(message: Message): string | undefined {
  const content = systemContent.safeParse(message.content)
  const userId = content.success ? content.data.userId : undefined
  return userId === message.senderId ? undefined : userId
}

/** What happened, as a sentence. */
export function systemText(t: TFunction<'timeline'>, message: Message, names: Names): string {
  const content = systemContent.safeParse(message.content)
  // A kind of event newer than this program: the server's own words.
  if (!content.success) return message.body
  const { data } = content
  const values = {
    actor: isolate(names.actor ?? t('someone')),
    target: isolate(names.target ?? t('someone')),
    name: isolate(data.name ?? ''),
    topic: isolate(data.topic ?? ''),
  }
  const byMe = message.senderId === names.me
  const targetId = targetOf(message)
  const toOther = toWhom(data)
  if (toOther && targetId !== undefined) {
    if (byMe) return t(`system.${toOther}.youOther`, values)
    if (targetId === names.me) return t(`system.${toOther}.otherYou`, values)
    return t(`system.${toOther}.otherOther`, values)
  }
  const deed = what(data)
  if (!deed) return message.body
  return byMe ? t(`system.${deed}.you`, values) : t(`system.${deed}.other`, values)
}

/** What one does to somebody. */
function toWhom({ action, role }: SystemContent) {
  if (action === 'role') return role
  return action === 'added' || action === 'removed' ? action : undefined
}

/** What one does to the room, or oneself. */
function what({ action, topic, visibility }: SystemContent) {
  if (action === 'topic') return topic == null ? 'topicRemoved' : 'topic'
  if (action === 'visibility') return visibility
  return action === 'role' ? undefined : action
}
