import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'
import { isolate } from '../conversation/names.ts'

/** Whom to turn to, in the words of an administrator; nothing where none has left any. */
export function WhomToAsk() {
  const { t } = useTranslation('account')
  const contact = useStore((state) => state.server?.helpContact ?? null)
  if (contact === null) return null
  return <span className="mt-1 block">{t('whomToAsk', { contact: isolate(contact) })}</span>
}
