import { useTranslation } from 'react-i18next'

import { Dialog } from '../../ui/Dialog.tsx'
import { KeyboardSection } from './KeyboardSection.tsx'

/** The keys that work in Roost, at the press of one. */
export function ShortcutsDialog(props: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const { t } = useTranslation('settings')
  return (
    <Dialog {...props} title={t('keyboard.shortcuts')}>
      <div className="-mt-4 px-5 pb-5">
        <KeyboardSection />
      </div>
    </Dialog>
  )
}
