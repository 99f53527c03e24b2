import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'
import { isolate } from '../conversation/names.ts'

/** Whom to turn to, in the words of an administrator; nothing where none has left any. */
export function WhomToAsk() {
  const { t } = useTranslation('account')
  const contact = useStore((state) => state.server?.helpContact ?? null)
  return contact === null ? null : ` ${t('whomToAsk', { contact: isolate(contact) })}`
}
