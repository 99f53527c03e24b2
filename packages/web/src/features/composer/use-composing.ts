/** Owns what is being written: a new message, an answer to one, or another text for one of mine. */
import { stripControls, type User } from '@roost/protocol'
import { timeline } from '@roost/sdk'
import i18next from 'i18next'

import { client } from '../../client/client.ts'
import { tellUnlessShown } from '../messages/commands.ts'
import { deleteWithUndo } from '../messages/deletions.ts'
import { canEdit } from '../messages/permissions.ts'
import { keyOf } from '../timeline/build-rows.ts'
import { saveEditing, startEditing, stopEditing, useEditing } from './editing.ts'
import { findMentions } from './find-mentions.ts'
import { saveDraft, saveReply, useDraft, useReply } from './use-draft.ts'
import { offeredPeople } from './use-suggestions.ts'

export function useComposing({ conversationId, meId }: { conversationId: string; meId: string }) {
  const draft = useDraft(meId, conversationId)
  const reply = useReply(meId, conversationId)
  const editing = useEditing(conversationId, meId)
  const text = editing ? editing.text : draft
  const body = stripControls(text).text.trim()

  const change = (next: string) => {
    if (editing) saveEditing({ ...editing, text: next })
    else saveDraft(meId, conversationId, next)
  }
  const saveEdit = () => {
    if (!editing) return
    const { post } = editing
    const id = keyOf(post)
    stopEditing(conversationId)
    if (body === '') return deleteWithUndo(post)
    if (body === post.body.trim()) return
    const mentions = findMentions(body, peopleOf(conversationId))
    client.editMessage(conversationId, id, { body, mentions }).catch(() => {
      tellUnlessShown(id, () => i18next.t('messages:edit.failed'))
    })
  }
  const send = () => {
    if (body === '') return
    const mentions = findMentions(body, peopleOf(conversationId))
    client.send(conversationId, { body, mentions, ...(reply && { replyTo: reply.id }) })
    saveDraft(meId, conversationId, '')
    saveReply(meId, conversationId, null)
  }

  return {
    text,
    body,
    change,
    editing,
    reply: editing ? null : reply,
    submit: editing ? saveEdit : send,
    /** Gives up the edit, or else the answer. Whether there was one. */
    cancel: (): boolean => {
      if (editing) stopEditing(conversationId)
      else if (reply) saveReply(meId, conversationId, null)
      return editing !== null || reply !== null
    },
    /** Whether there is a message of mine to edit. */
    editLast: (): boolean => {
      const post = lastEditable(conversationId)
      if (post) startEditing(post)
      return post !== undefined
    },
  }
}

function lastEditable(conversationId: string) {
  const state = client.getState()
  const conversation = state.conversations[conversationId]
  if (!conversation || conversation.window?.hasAfter) return undefined
  return timeline(conversation, state).findLast((post) => canEdit(state, post))
}

/** Whom a message here may name. */
function peopleOf(conversationId: string): User[] {
  const { users, conversations, me } = client.getState()
  const { kind, directUserId } = conversations[conversationId] ?? {}
  if (kind !== 'direct') return [...offeredPeople(), ...Object.values(users)]
  return [me?.id, directUserId].flatMap((id) => users[id ?? ''] ?? [])
}
