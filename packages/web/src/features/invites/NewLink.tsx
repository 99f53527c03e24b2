import { Share2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'

import { Button } from '../../ui/Button.tsx'
import { CopyField } from '../../ui/CopyField.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { QrCode } from './QrCode.tsx'

/** A link just made: shown this once, to copy, to share or to photograph. */
export function NewLink(props: { link: string; title: string; onAnother: () => void }) {
  const { link, title } = props
  const { t } = useTranslation('invites')
  const share = async () => {
    try {
      await navigator.share({ title: t('share.title', { title }), url: link })
    } catch {
      // Who closes the sheet has changed their mind.
    }
  }
  return (
    <div className="flex flex-col gap-4">
      <CopyField label={t('link.label')} value={link} />
      <p className="text-sm text-ink-2">{t('link.once')}</p>
      <div className="flex flex-wrap items-end gap-4">
        <QrCode text={link} label={t('link.code')} />
        <div className="flex min-w-40 flex-1 flex-col items-start gap-2">
          <p className="text-sm text-ink-2">{t('link.codeHint')}</p>
          {'share' in navigator && (
            <Button onClick={() => void share()}>
              <Icon of={Share2} inline />
              {t('share.action')}
            </Button>
          )}
          <Button variant="quiet" className="-ms-3.5" onClick={props.onAnother}>
            {t('dialog.another')}
          </Button>
        </div>
      </div>
    </div>
  )
}
