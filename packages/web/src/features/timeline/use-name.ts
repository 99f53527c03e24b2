import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'

/** A person's name; a word for someone who is not known (any more). */
export function useName(userId: string): string {
  const { t } = useTranslation('timeline')
  return useStore((state) => state.users[userId]?.name) ?? t('someone')
}
