/** What can be done with a message, wherever it is chosen: by mouse, finger, key or menu. */
import { excerptOf, type Message } from '@roost/protocol'
import { ApiError } from '@roost/sdk'

import { client } from '../../client/client.ts'
import { translator } from '../../i18n/translate.ts'
import { copyText } from '../../ui/copy-text.ts'
import { showToast } from '../../ui/Toast.tsx'
import { stopEditing } from '../composer/editing.ts'
import { saveReply } from '../composer/use-draft.ts'
import type { Post } from '../timeline/build-rows.ts'

const t = translator('messages')

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
    showToast({ text: t(full ? 'react.full' : 'react.failed') })
  })
}

/** As it was written, marks and all. */
export function copyMessage({ body }: Post): void {
  void copy(body, 'copy.text')
}

export function copyLink({ conversationId, seq }: Message): void {
  void copy(`${location.origin}/c/${conversationId}?m=${seq}`, 'copy.link')
}

async function copy(text: string, done: 'copy.text' | 'copy.link') {
  const copied = await copyText(text)
  showToast({ text: t(copied ? done : 'copy.failed') })
}
