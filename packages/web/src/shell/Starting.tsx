import { useTranslation } from 'react-i18next'

import { Banner } from '../ui/Banner.tsx'
import { SkeletonRows } from '../ui/Skeleton.tsx'
import { useAfter } from '../ui/use-after.ts'
import { VisuallyHidden } from '../ui/VisuallyHidden.tsx'
import { Frame } from './Frame.tsx'

/** Until it is known who is here: nothing at first, then the outline of the chat list. */
export function Starting() {
  const { t } = useTranslation()
  const waited = useAfter(300)
  const long = useAfter(4_000)
  if (!waited) return null
  return (
    <div className="animate-fade-in">
      <Frame
        showing="side"
        sideLabel={t('nav.chats')}
        side={
          <output className="block pt-32">
            <VisuallyHidden>{t('starting.text')}</VisuallyHidden>
            <SkeletonRows count={8} />
          </output>
        }
        pane={null}
      />
      {long && (
        <div className="fixed inset-x-0 top-0">
          <Banner text={t('starting.unreachable')} />
        </div>
      )}
    </div>
  )
}
