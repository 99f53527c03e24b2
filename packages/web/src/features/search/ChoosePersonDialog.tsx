import { useTranslation } from 'react-i18next'

import { Dialog } from '../../ui/Dialog.tsx'
import { PeoplePicker } from '../new-chat/PeoplePicker.tsx'

const nobody: ReadonlySet<string> = new Set()

/** Somebody whose messages to search. */
export function ChoosePersonDialog(props: {
  open: boolean
  onClose: () => void
  onChoose: (userId: string) => void
}) {
  const { t } = useTranslation('search')
  return (
    <Dialog
      open={props.open}
      onOpenChange={(open) => !open && props.onClose()}
      title={t('filters.choosePerson')}
    >
      <PeoplePicker
        chosen={[]}
        except={nobody}
        onDone={props.onClose}
        onChosenChange={([user]) => {
          if (user) props.onChoose(user.id)
          props.onClose()
        }}
      />
    </Dialog>
  )
}
