import { useNavigate } from '@tanstack/react-router'
import { ChevronRight, Hash, NotebookPen, SquarePen } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { useStore } from '../../client/use-store.ts'
import { writeShortcut } from '../../shell/shortcuts.ts'
import { cn } from '../../ui/cn.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Icon, type LucideIcon } from '../../ui/Icon.tsx'
import { Kbd } from '../../ui/Kbd.tsx'
import { showToast } from '../../ui/Toast.tsx'
import { NewChatDialog } from '../new-chat/NewChatDialog.tsx'

/** The pane while no chat is open: a greeting and three ways to begin. */
export function Welcome() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const me = useStore((state) => state.me)
  const server = useStore((state) => state.server?.name ?? 'Roost')
  const [choosing, setChoosing] = useState(false)
  if (!me) return null

  const openNotes = async () => {
    try {
      const conversationId = await client.openDirect(me.id)
      await navigate({ to: '/c/$conversationId', params: { conversationId } })
    } catch {
      showToast({ text: t('welcome.failed') })
    }
  }
  return (
    <>
      <EmptyState
        title={t('welcome.title', { name: firstName(me.name) })}
        text={t('welcome.text', { server })}
      >
        <ul className="-ms-2 mt-6 flex flex-col gap-1">
          <Action
            main
            icon={SquarePen}
            label={t('welcome.chat')}
            hint={t('welcome.chatHint')}
            shortcut={writeShortcut('newChat')}
            onSelect={() => setChoosing(true)}
          />
          <Action
            icon={Hash}
            label={t('welcome.rooms')}
            hint={t('welcome.roomsHint')}
            onSelect={() => void navigate({ to: '/rooms' })}
          />
          <Action
            icon={NotebookPen}
            label={t('welcome.self')}
            hint={t('welcome.selfHint')}
            onSelect={() => void openNotes()}
          />
        </ul>
      </EmptyState>
      <NewChatDialog open={choosing} onOpenChange={setChoosing} />
    </>
  )
}

/** What one would call out: "Nora" of "Nora Brandt"; a name in one word stays whole. */
function firstName(name: string): string {
  return name.trim().split(/\s+/u)[0] ?? name
}

function Action(props: {
  main?: boolean
  icon: LucideIcon
  label: ReactNode
  hint: ReactNode
  shortcut?: string
  onSelect: () => void
}) {
  return (
    <li>
      <button
        type="button"
        onClick={props.onSelect}
        className="flex w-full items-center gap-3.5 rounded-lg p-2 text-start transition-colors hover:bg-hover active:bg-selected"
      >
        <span
          className={cn(
            'grid size-10 shrink-0 place-items-center rounded-lg',
            props.main ? 'bg-brand text-on-brand' : 'bg-hover text-ink',
          )}
        >
          <Icon of={props.icon} />
        </span>
        <span className="min-w-0 flex-1">
          <span className="block text-msg font-semi">{props.label}</span>
          <span className="block text-snippet text-ink-2">{props.hint}</span>
        </span>
        {props.shortcut !== undefined && (
          <Kbd className="pointer-coarse:hidden">{props.shortcut}</Kbd>
        )}
        {props.shortcut === undefined && (
          <Icon of={ChevronRight} inline flip className="text-ink-2" />
        )}
      </button>
    </li>
  )
}
