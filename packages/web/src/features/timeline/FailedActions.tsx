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
    <p className="mt-1 flex items-center gap-1.5 pe-1 text-sm text-danger">
      <span title={reason}>{t('failed.notSent')}</span>
      <span aria-hidden>·</span>
      <button type="button" onClick={() => client.retry(clientId)} className={actionLook}>
        {t('failed.retry')}
      </button>
      <span aria-hidden>·</span>
      <button type="button" onClick={() => client.discard(clientId)} className={actionLook}>
        {t('failed.delete')}
      </button>
    </p>
  )
}

const actionLook = 'hit rounded-xs font-semi underline underline-offset-2'
