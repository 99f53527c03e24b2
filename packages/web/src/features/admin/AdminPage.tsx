import { useNavigate } from '@tanstack/react-router'
import { ChevronLeft } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import { cn } from '../../ui/cn.ts'
import { IconButton } from '../../ui/IconButton.tsx'

/** A section: its name, its tools at the end of that line, and what it holds. */
export function AdminPage(props: {
  title: string
  text?: ReactNode
  tools?: ReactNode
  children: ReactNode
}) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  return (
    <>
      <header className="flex h-(--h-bar) shrink-0 items-center gap-1 border-b border-line px-2 wide:hidden">
        <IconButton
          label={t('back')}
          icon={ChevronLeft}
          flip
          onClick={() => void navigate({ to: '/admin' })}
        />
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto px-5 pt-5 pb-8 wide:px-8 wide:pt-6">
        <div className="flex flex-wrap items-start gap-3">
          <div
            className={cn('me-auto', props.text !== undefined && 'max-w-(--w-page) grow basis-80')}
          >
            <h1 className="py-0.5 text-page font-bold">{props.title}</h1>
            {props.text !== undefined && <p className="mt-1 text-msg text-ink-2">{props.text}</p>}
          </div>
          {props.tools}
        </div>
        {props.children}
      </div>
    </>
  )
}
