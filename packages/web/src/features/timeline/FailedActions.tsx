import { failedChange, type PendingChange } from '@roost/sdk'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { useStore } from '../../client/use-store.ts'

/** What can be done about a message that the server refused. */
export function FailedActions({ clientId }: { clientId: string }) {
  const { t } = useTranslation('timeline')
  const reason = useStore(
    (state) => state.outbox.find((entry) => entry.clientId === clientId)?.failed?.message,
  )
  return (
    <Line
      clientId={clientId}
      reason={reason}
      words={t('failed.notSent')}
      giveUp={t('failed.delete')}
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
      clientId={change.clientId}
      reason={change.failed?.message}
      words={describe(t, change)}
      giveUp={t('failed.discard')}
    />
  )
}

function Line(props: {
  clientId: string
  reason: string | undefined
  words: string
  giveUp: string
}) {
  const { t } = useTranslation('timeline')
  const { clientId } = props
  return (
    <p className="mt-1 flex flex-wrap items-center gap-1.5 pe-1 text-sm text-danger">
      <span title={props.reason}>{props.words}</span>
      <span aria-hidden>·</span>
      <button type="button" onClick={() => client.retry(clientId)} className={actionLook}>
        {t('failed.retry')}
      </button>
      <span aria-hidden>·</span>
      <button type="button" onClick={() => client.discard(clientId)} className={actionLook}>
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
