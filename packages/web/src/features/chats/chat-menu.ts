/** Owns what one can do with a chat for oneself alone: pin it, mute it, archive it, call it read. */
import type { UpdateMembership } from '@roost/protocol'
import i18next from 'i18next'
import { Archive, ArchiveRestore, Bell, BellOff, CheckCheck, Pin, PinOff } from 'lucide-react'

import { client } from '../../client/client.ts'
import { describeError } from '../../client/describe-error.ts'
import type { MenuItem } from '../../ui/Menu.tsx'
import { showToast } from '../../ui/Toast.tsx'

const hour = 3_600_000
/** As far as dates go that people read: nobody waits for it. */
const always = Date.UTC(9999, 0)

/** Answers whether it worked. */
async function change(conversationId: string, changes: UpdateMembership): Promise<boolean> {
  try {
    await client.updateMembership(conversationId, changes)
    return true
  } catch (error) {
    showToast({ text: () => describeError(error) })
    return false
  }
}

/** How long a chat can be silenced, or the way back. Read now, not when it is chosen. */
export function muteItem(conversationId: string): MenuItem {
  const t = i18next.getFixedT(null, 'chats')
  const mute = (mutedUntil: number | null) => void change(conversationId, { mutedUntil })
  const membership = client.getState().conversations[conversationId]?.membership
  if ((membership?.mutedUntil ?? 0) > Date.now())
    return { label: t('action.unmute'), icon: Bell, onSelect: () => mute(null) }
  return {
    label: t('action.mute'),
    icon: BellOff,
    items: [
      { label: t('action.muteHours'), onSelect: () => mute(Date.now() + 8 * hour) },
      { label: t('action.muteWeek'), onSelect: () => mute(Date.now() + 7 * 24 * hour) },
      { label: t('action.muteAlways'), onSelect: () => mute(always) },
    ],
  }
}

/** Everything a row of the list offers; without muting where that has a button of its own. */
export function chatMenu(conversationId: string, without?: 'mute'): MenuItem[] {
  const t = i18next.getFixedT(null, 'chats')
  const conversation = client.getState().conversations[conversationId]
  const membership = conversation?.membership
  if (!membership) return []
  const items: MenuItem[] = []
  if (conversation.unread > 0)
    items.push({
      label: t('action.read'),
      icon: CheckCheck,
      onSelect: () => client.markRead(conversationId, conversation.lastSeq),
    })
  const archived = membership.archivedAt !== null
  const pinned = membership.pinnedAt !== null
  if (!archived)
    items.push({
      label: t(pinned ? 'action.unpin' : 'action.pin'),
      icon: pinned ? PinOff : Pin,
      onSelect: () => void change(conversationId, { pinned: !pinned }),
    })
  if (without !== 'mute') items.push(muteItem(conversationId))
  items.push({
    label: t(archived ? 'action.unarchive' : 'action.archive'),
    icon: archived ? ArchiveRestore : Archive,
    onSelect: () =>
      void (archived
        ? change(conversationId, { archived: false })
        : archive(conversationId, pinned)),
  })
  return items
}

/** What is put away is not at the top any more. */
async function archive(conversationId: string, pinned: boolean): Promise<void> {
  const t = i18next.getFixedT(null, 'chats')
  if (!(await change(conversationId, { archived: true, pinned: false }))) return
  const undo = () => void change(conversationId, { archived: false, pinned })
  showToast({
    text: () => t('action.archived'),
    action: { label: () => t('action.undo'), onSelect: undo },
  })
}
