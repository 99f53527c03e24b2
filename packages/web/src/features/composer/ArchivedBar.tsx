import { Archive } from 'lucide-react'
import { useTranslation } from 'react-i18next'

import { Icon } from '../../ui/Icon.tsx'

/** In place of the composer in a room that is only there to be read. */
export function ArchivedBar() {
  const { t } = useTranslation('timeline')
  return (
    <p className="flex shrink-0 items-center justify-center gap-2.5 border-t border-line px-5 py-4 pb-[max(16px,env(safe-area-inset-bottom))] text-md text-ink-2">
      <Icon of={Archive} />
      {t('archived')}
    </p>
  )
}
