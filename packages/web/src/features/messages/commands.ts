/** What can be done with a message, wherever it is chosen: by mouse, finger, key or menu. */
import { excerptOf, type Message } from '@roost/protocol'
import { ApiError, failedChange } from '@roost/sdk'
import i18next from 'i18next'

import { client } from '../../client/client.ts'
import { copyText } from '../../ui/copy-text.ts'
import { showToast } from '../../ui/Toast.tsx'
import { stopEditing } from '../composer/editing.ts'
import { saveReply } from '../composer/use-draft.ts'
import type { Post } from '../timeline/build-rows.ts'

export function replyTo({ conversationId, id, seq, senderId, body }: Message): void {
  const { me } = client.getState()
  if (!me) return
  stopEditing(conversationId)
  saveReply(me.id, conversationId, { id, seq, senderId, excerpt: excerptOf(body) })
}

/** Reacts, or takes it back. */
export function toggleReaction({ conversationId, id, reactions }: Message, emoji: string): void {
  const on = !reactions.some((one) => one.emoji === emoji && one.mine)
  client.react(conversationId, id, emoji, on).catch((error: unknown) => {
    const full = error instanceof ApiError && error.reason === 'too_many_reactions'
    if (full) showToast({ text: () => i18next.t('messages:react.full') })
    else tellUnlessShown(id, () => i18next.t('messages:react.failed'))
  })
}

/** Says that a change of a message was refused, where the message does not say so itself. */
export function tellUnlessShown(messageId: string, text: () => string): void {
  if (!failedChange(client.getState().outbox, messageId)) showToast({ text })
}

/** As it was written, marks and all. */
export function copyMessage({ body }: Post): void {
  void copy(body, 'messages:copy.text')
}

export function copyLink({ conversationId, seq }: Message): void {
  void copy(`${location.origin}/c/${conversationId}?m=${seq}`, 'messages:copy.link')
}

async function copy(text: string, done: 'messages:copy.text' | 'messages:copy.link') {
  const copied = await copyText(text)
  showToast({ text: () => i18next.t(copied ? done : 'messages:copy.failed') })
}
