import { conversationTitle, strandedWrites, type PendingWrite } from '@roost/sdk'
import { Copy, Trash2 } from 'lucide-react'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { useStore } from '../../client/use-store.ts'
import { formatMoment } from '../../i18n/format.ts'
import { copyText } from '../../ui/copy-text.ts'
import { Dialog, type DialogProps } from '../../ui/Dialog.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { usePlainText } from '../messages/use-plain-text.ts'

/** What was written or done in rooms that I am no longer in, to be kept or thrown away. */
export function StrandedDialog(props: Pick<DialogProps, 'open' | 'onOpenChange' | 'focusInstead'>) {
  const { t } = useTranslation(['timeline', 'chats'])
  const left = useStore(strandedWrites)
  // What it shows while it closes stays.
  const [writes, setWrites] = useState(left)
  if (left.length > 0 && left !== writes) setWrites(left)
  const list = useRef<HTMLUListElement>(null)
  const discard = (at: number, clientId: string) => {
    // To the next one's button, or the last one's, before this one is gone.
    const buttons = [...(list.current?.querySelectorAll<HTMLElement>('[data-discard]') ?? [])]
    const next = buttons[at + 1] ?? buttons[at - 1]
    next?.focus()
    client.discard(clientId)
  }
  return (
    <Dialog {...props} title={t('failed.notSent')} description={t('chats:stranded')}>
      <ul ref={list} className="mt-3 px-5 pb-(--safe-bottom)">
        {writes.map((write, at) => (
          <Stranded
            key={write.clientId}
            write={write}
            onDiscard={() => discard(at, write.clientId)}
          />
        ))}
      </ul>
    </Dialog>
  )
}

function Stranded({ write, onDiscard }: { write: PendingWrite; onDiscard: () => void }) {
  const { t } = useTranslation(['messages', 'timeline'])
  const what = useDescription(write)
  /** Said here: a notice would be behind the dialog, where nobody is told of it. */
  const [copied, setCopied] = useState<boolean | null>(null)
  const words = usePlainText({ body: 'body' in write ? write.body : '' })
  const room = useStore((state) => {
    const conversation = state.conversations[write.conversationId]
    return conversation ? conversationTitle(state, conversation) : ''
  })
  return (
    <li className="flex items-start gap-1 border-t border-line py-2">
      <div className="min-w-0 flex-1 py-1.5">
        {words !== '' && (
          <p dir="auto" className="text-msg wrap-anywhere whitespace-pre-wrap">
            {words}
          </p>
        )}
        <p className="text-sm text-ink-2">
          {[what, room, formatMoment(write.createdAt)].filter(Boolean).join(' · ')}
        </p>
        <output className="text-sm text-ink-2">
          {copied !== null && t(copied ? 'copy.text' : 'copy.failed')}
        </output>
      </div>
      {'body' in write && (
        <IconButton
          label={t('menu.copy')}
          icon={Copy}
          onClick={() => void copyText(write.body).then(setCopied)}
          className="hover:bg-hover-up"
        />
      )}
      <IconButton
        label={t('menu.delete')}
        icon={Trash2}
        data-discard
        onClick={onDiscard}
        className="hover:bg-hover-up"
      />
    </li>
  )
}

/** What was wanted, where it is not a message. */
function useDescription(write: PendingWrite): string {
  const { t } = useTranslation(['timeline', 'rooms'])
  switch (write.type) {
    case 'edit':
      return t('failed.edit')
    case 'delete':
      return t('failed.remove')
    case 'reaction':
      return t('failed.reaction', { emoji: write.emoji })
    case 'join':
      return t('rooms:join.refused')
    case 'leave':
      return t('rooms:leave.refused')
    default:
      return ''
  }
}
