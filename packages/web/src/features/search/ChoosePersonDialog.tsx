import { endpoints } from '@roost/protocol'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { Dialog } from '../../ui/Dialog.tsx'
import { PeoplePicker } from '../new-chat/PeoplePicker.tsx'
import type { FindPeople } from '../new-chat/use-people.ts'

const nobody: ReadonlySet<string> = new Set()

/** Somebody whose messages to search: with an account, or the author of what was imported. */
export function ChoosePersonDialog(props: {
  /** The only chat to be searched, if it is one. */
  chat: string | undefined
  open: boolean
  onClose: () => void
  focusInstead: () => HTMLElement | null | undefined
  onChoose: (userId: string) => void
}) {
  const { t } = useTranslation('search')
  const { chat } = props
  const findSenders: FindPeople = useCallback(
    (query) =>
      client.call(endpoints.senders, {
        query: chat === undefined ? query : { ...query, conversationId: chat },
      }),
    [chat],
  )
  return (
    <Dialog
      open={props.open}
      onOpenChange={(open) => !open && props.onClose()}
      title={t('filters.choosePerson')}
      focusInstead={props.focusInstead}
    >
      <PeoplePicker
        chosen={[]}
        except={nobody}
        find={findSenders}
        onChosenChange={([user]) => {
          if (user) props.onChoose(user.id)
          props.onClose()
        }}
      />
    </Dialog>
  )
}
