import {
  failedChange,
  type PendingChange,
  type PendingMessage,
  type PendingWrite,
} from '@roost/sdk'
import type { TFunction } from 'i18next'
import type { MouseEvent } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { useStore } from '../../client/use-store.ts'
import { deleteWithUndo } from '../messages/deletions.ts'

/** What can be done about a message that the server refused. */
export function FailedActions({ post }: { post: PendingMessage }) {
  const { t } = useTranslation('timeline')
  return (
    <Line
      failed={post}
      words={t('failed.notSent')}
      giveUp={t('failed.delete')}
      onGiveUp={() => deleteWithUndo(post)}
    />
  )
}

/** What can be done about a change of a message that the server refused. */
export function FailedChange({ messageId }: { messageId: string }) {
  const { t } = useTranslation('timeline')
  const change = useStore((state) => failedChange(state.outbox, messageId))
  if (!change) return null
  return (
    <Line
      failed={change}
      words={describe(t, change)}
      giveUp={t('failed.discard')}
      onGiveUp={() => client.discard(change.clientId)}
    />
  )
}

function Line(props: {
  failed: PendingWrite
  words: string
  giveUp: string
  onGiveUp: () => void
}) {
  const { t } = useTranslation('timeline')
  const { clientId, failed } = props.failed
  const act = (deed: () => void) => (event: MouseEvent<HTMLElement>) => {
    // The buttons go, and the focus must not go with them.
    event.currentTarget.closest<HTMLElement>('[data-message]')?.focus({ preventScroll: true })
    deed()
  }
  return (
    <p className="mt-1 flex flex-wrap items-center gap-1.5 pe-1 text-sm text-danger">
      <span title={failed?.message}>{props.words}</span>
      <span aria-hidden>·</span>
      <button type="button" onClick={act(() => client.retry(clientId))} className={actionLook}>
        {t('failed.retry')}
      </button>
      <span aria-hidden>·</span>
      <button type="button" onClick={act(props.onGiveUp)} className={actionLook}>
        {props.giveUp}
      </button>
    </p>
  )
}

function describe(t: TFunction<'timeline'>, change: PendingChange): string {
  if (change.type === 'reaction') return t('failed.reaction', { emoji: change.emoji })
  return change.type === 'edit' ? t('failed.edit') : t('failed.remove')
}

const actionLook = 'hit rounded-xs font-semi underline underline-offset-2'
