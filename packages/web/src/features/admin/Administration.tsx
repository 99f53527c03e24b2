import { useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

import { Frame } from '../../shell/Frame.tsx'
import { NotFound } from '../../shell/NotFound.tsx'
import { AdminNav } from './AdminNav.tsx'
import { HealthContext } from './health-context.ts'
import { sections } from './sections.ts'
import { useReadHealth } from './use-read-health.ts'

/** What owners and administrators see of the server: its sections beside one of them. */
export function Administration() {
  const { t } = useTranslation('admin')
  const news = useReadHealth()
  const params = useParams({ strict: false })
  const section = sections.find(({ id }) => id === (params.section ?? sections[0].id))
  if (!section) return <NotFound />
  const Content = section.content
  return (
    <HealthContext value={news}>
      <div className="contents [--w-side:248px]">
        <Frame
          side={<AdminNav current={section.id} />}
          sideLabel={t('title')}
          showing={params.section === undefined ? 'side' : 'pane'}
          pane={<Content />}
        />
      </div>
    </HealthContext>
  )
}
