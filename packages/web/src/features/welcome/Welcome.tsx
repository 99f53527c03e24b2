import { useNavigate } from '@tanstack/react-router'
import { ChevronRight, Hash, NotebookPen, QrCode, SquarePen } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'
import { writeShortcut } from '../../shell/shortcuts.ts'
import { cn } from '../../ui/cn.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Icon, type LucideIcon } from '../../ui/Icon.tsx'
import { Kbd } from '../../ui/Kbd.tsx'
import { useOpenChat } from '../chats/use-open-chat.ts'
import { LazyInviteDialog, useMayInvite } from '../invites/InviteButton.tsx'
import { LazyNewChatDialog } from '../new-chat/LazyNewChatDialog.tsx'

/** The pane while no chat is open: a greeting and the ways to begin. */
export function Welcome() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const me = useStore((state) => state.me)
  const server = useStore((state) => state.server?.name ?? 'Roost')
  const [choosing, setChoosing] = useState(false)
  const [inviting, setInviting] = useState(false)
  const mayInvite = useMayInvite()
  const openChat = useOpenChat()
  if (!me) return null

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
          {mayInvite && (
            <Action
              icon={QrCode}
              label={t('welcome.invite')}
              hint={t('welcome.inviteHint')}
              onSelect={() => setInviting(true)}
            />
          )}
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
            onSelect={() => void openChat(me.id)}
          />
        </ul>
      </EmptyState>
      <LazyNewChatDialog open={choosing} onOpenChange={setChoosing} />
      <LazyInviteDialog open={inviting} onOpenChange={setInviting} />
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
