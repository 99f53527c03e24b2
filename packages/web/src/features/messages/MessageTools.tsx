import { Ellipsis, Reply, SmilePlus } from 'lucide-react'
import { type MouseEvent } from 'react'
import { useTranslation } from 'react-i18next'

import { cn } from '../../ui/cn.ts'
import { Icon, type LucideIcon } from '../../ui/Icon.tsx'
import type { Post } from '../timeline/build-rows.ts'
import { replyTo } from './commands.ts'
import { loadMessageMenu } from './MessageOverlays.tsx'
import { openOverlay } from './overlay.ts'

/** Beside the bubble of the message that is pointed at, on the side that is free; never over its text. */
export function MessageTools({ post, mine }: { post: Post; mine: boolean }) {
  const { t } = useTranslation('messages')
  const open = (type: 'menu' | 'picker') => (event: MouseEvent<HTMLElement>) =>
    openOverlay(type, post, {
      anchor: event.currentTarget,
      opener: event.currentTarget.closest<HTMLElement>('[data-message]'),
    })
  return (
    <div
      className={cn(
        'absolute top-0 z-1 flex rounded-lg border border-line bg-raised p-px shadow-1 pointer-coarse:hidden',
        mine ? 'inset-e-full me-2' : 'inset-s-full ms-2',
      )}
    >
      {!('clientId' in post) && (
        <>
          <Tool
            icon={SmilePlus}
            label={t('menu.react')}
            onClick={open('picker')}
            className="@max-[560px]:hidden"
          />
          <Tool
            icon={Reply}
            flip
            label={t('menu.reply')}
            onClick={() => replyTo(post)}
            className="@max-[560px]:hidden"
          />
        </>
      )}
      <Tool
        icon={Ellipsis}
        label={t('menu.more')}
        menu
        onPointerEnter={() => void loadMessageMenu()}
        onClick={open('menu')}
      />
    </div>
  )
}

function Tool(props: {
  icon: LucideIcon
  label: string
  flip?: boolean
  menu?: boolean
  onClick: (event: MouseEvent<HTMLElement>) => void
  onPointerEnter?: () => void
  className?: string
}) {
  return (
    <button
      type="button"
      // The message has the focus, and keys of its own for all of these.
      tabIndex={-1}
      aria-label={props.label}
      title={props.label}
      aria-haspopup={props.menu ? 'menu' : undefined}
      onClick={props.onClick}
      onPointerEnter={props.onPointerEnter}
      className={cn(
        'grid h-8 w-9 place-items-center rounded-md text-ink-2 hover:bg-hover-up hover:text-ink',
        props.className,
      )}
    >
      <Icon of={props.icon} flip={props.flip ?? false} />
    </button>
  )
}
