import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { Button } from '../../ui/Button.tsx'
import { isolate } from './names.ts'

/** In place of the composer while one looks into a public room without being in it. */
export function PreviewBar({ conversationId, title }: { conversationId: string; title: string }) {
  const { t } = useTranslation('rooms')
  return (
    <div className="shrink-0 border-t border-line px-4 py-3 pb-[max(12px,env(safe-area-inset-bottom))] wide:px-5">
      <div className="mx-auto flex max-w-(--w-column) items-center justify-between gap-4">
        <p className="min-w-0 text-md text-ink-2">{t('join.hint')}</p>
        <Button
          variant="primary"
          aria-label={t('join.named', { title: isolate(title) })}
          onClick={() => void client.joinRoom(conversationId)}
        >
          {t('join.short')}
        </Button>
      </div>
    </div>
  )
}
