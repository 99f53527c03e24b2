import { useNavigate, useParams } from '@tanstack/react-router'
import { ChevronLeft } from 'lucide-react'
import { useTranslation } from 'react-i18next'

import { Frame } from '../../shell/Frame.tsx'
import { NotFound } from '../../shell/NotFound.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { useSearchFromAfar } from '../chats/use-list-shortcuts.ts'
import { ResetLinkNotice } from '../profile/ResetLinkNotice.tsx'
import { sections } from './sections.ts'
import { SettingsNav } from './SettingsNav.tsx'

/** The sections in place of the chat list, one of them in the pane. A phone shows list, then section. */
export function Settings() {
  const { t } = useTranslation(['settings', 'ui'])
  const navigate = useNavigate()
  const params = useParams({ strict: false })
  useSearchFromAfar()
  const section = sections.find(({ id }) => id === (params.section ?? sections[0].id))
  if (!section) return <NotFound />
  const Content = section.content
  return (
    <Frame
      side={<SettingsNav current={section.id} />}
      sideLabel={t('sections')}
      showing={params.section === undefined ? 'side' : 'pane'}
      pane={
        <>
          <header className="flex h-(--h-bar) shrink-0 items-center gap-1 border-b border-line px-2 wide:hidden">
            <IconButton
              label={t('ui:back')}
              icon={ChevronLeft}
              flip
              onClick={() => void navigate({ to: '/settings' })}
            />
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-5 wide:px-8 wide:py-7">
            <div className="mx-auto max-w-(--w-page)">
              <div className="-mx-3">
                <ResetLinkNotice />
              </div>
              <h1 className="text-page font-bold">{t(`${section.id}.title`)}</h1>
              <Content />
            </div>
          </div>
        </>
      }
    />
  )
}
