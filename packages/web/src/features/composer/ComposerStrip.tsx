import type { Quote } from '@roost/protocol'
import { Pencil, Reply, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'
import { Icon, type LucideIcon } from '../../ui/Icon.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { OneLine } from '../conversation/OneLine.tsx'
import { usePlainText } from '../messages/use-plain-text.ts'
import { useName } from '../timeline/use-name.ts'

/** Which message is being answered, as it is now. */
export function ReplyStrip(props: { conversationId: string; reply: Quote; onCancel: () => void }) {
  const { conversationId, reply } = props
  const { t } = useTranslation(['messages', 'timeline'])
  const name = useName(reply.senderId)
  const { own, now } = useStore(({ me, conversations }) => ({
    own: me?.id === reply.senderId,
    now: conversations[conversationId]?.window?.messages.find(({ id }) => id === reply.id),
  }))
  const words = usePlainText({ body: now?.body ?? reply.excerpt, mentions: now?.mentions })
  const gone = (now?.deletedAt ?? reply.deletedAt) !== undefined
  return (
    <Strip
      icon={Reply}
      title={own ? t('timeline:you') : name}
      text={gone ? t('timeline:quote.deleted') : words}
      cancel={t('reply.cancel')}
      onCancel={props.onCancel}
    />
  )
}

export function EditStrip({ body, onCancel }: { body: string; onCancel: () => void }) {
  const { t } = useTranslation('messages')
  return (
    <Strip
      icon={Pencil}
      title={t('edit.title')}
      text={usePlainText({ body })}
      cancel={t('edit.cancel')}
      onCancel={onCancel}
    />
  )
}

function Strip(props: {
  icon: LucideIcon
  title: string
  text: string
  cancel: string
  onCancel: () => void
}) {
  return (
    <div className="flex items-center gap-3 ps-4 pe-[3px] pt-2 text-snippet">
      <Icon of={props.icon} flip={props.icon === Reply} className="text-brand-text" />
      <div className="min-w-0 flex-1">
        <OneLine className="font-semi text-brand-text">{props.title}</OneLine>
        <OneLine className="text-ink-2">{props.text}</OneLine>
      </div>
      <IconButton
        label={props.cancel}
        icon={X}
        shortcut="Esc"
        onClick={props.onCancel}
        className="rounded-full"
      />
    </div>
  )
}
