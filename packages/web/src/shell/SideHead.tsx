import { Link } from '@tanstack/react-router'
import { ChevronLeft } from 'lucide-react'
import { useTranslation } from 'react-i18next'

import { Icon } from '../ui/Icon.tsx'

/** At the head of what stands in place of the chat list: what it is, and the way back to the chats. */
export function SideHead({ title }: { title: string }) {
  const { t } = useTranslation()
  return (
    <header className="flex h-(--h-bar) shrink-0 items-center gap-1 px-2">
      <Link
        to="/"
        aria-label={t('error.home')}
        title={t('error.home')}
        className="inline-grid size-(--hit) place-items-center rounded-md text-ink-2 hover:bg-hover hover:text-ink"
      >
        <Icon of={ChevronLeft} flip />
      </Link>
      <h2 className="text-intro font-semi">{title}</h2>
    </header>
  )
}
