import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { describeError } from '../../client/describe-error.ts'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { showToast } from '../../ui/Toast.tsx'
import { isolate } from '../conversation/names.ts'
import type { Power } from './member-powers.ts'
import type { Listed } from './MemberRow.tsx'

/** What cannot be taken back by oneself is asked about first. */
const asked = new Set<Power>(['handOver', 'remove', 'stepDown'])

/**
 * Uses powers over members of a room. Returns what a row calls, and the question that may follow.
 * `onDone` hears of every change that the server has made.
 */
export function useMemberPowers(conversationId: string, onDone: () => void) {
  const { t } = useTranslation('rooms')
  const [pending, setPending] = useState<{ power: Power; member: Listed } | null>(null)
  const [open, setOpen] = useState(false)
  const [busy, setBusy] = useState(false)

  const act = async (power: Power, { userId }: Listed) => {
    setBusy(true)
    try {
      if (power === 'remove') await client.removeMember(conversationId, userId)
      else await client.setRole(conversationId, userId, roles[power])
      onDone()
      setOpen(false)
    } catch (error) {
      showToast({ text: () => describeError(error) })
    } finally {
      setBusy(false)
    }
  }
  const use = (power: Power, member: Listed) => {
    if (!asked.has(power)) return void act(power, member)
    setPending({ power, member })
    return setOpen(true)
  }
  const name = isolate(pending?.member.user.name ?? '')
  const power =
    pending?.power === 'handOver' || pending?.power === 'remove' ? pending.power : 'stepDown'
  const question = (
    <ConfirmDialog
      open={open}
      onOpenChange={setOpen}
      title={t(`ask.${power}.title`, { name })}
      description={t(`ask.${power}.text`, { name })}
      action={t(`ask.${power}.action`)}
      danger={power === 'remove'}
      busy={busy}
      onConfirm={() => pending && void act(pending.power, pending.member)}
    />
  )
  return { use, question }
}

const roles = {
  makeAdmin: 'admin',
  endAdmin: 'member',
  stepDown: 'member',
  handOver: 'owner',
} as const
