import { useCanGoBack, useNavigate, useRouter } from '@tanstack/react-router'
import { ChevronLeft } from 'lucide-react'
import { useTranslation } from 'react-i18next'

import { IconButton } from '../../ui/IconButton.tsx'

/** On a phone the list is a step back. */
export function BackButton() {
  const { t } = useTranslation()
  const router = useRouter()
  const navigate = useNavigate()
  const canGoBack = useCanGoBack()
  const goBack = () => {
    if (canGoBack) router.history.back()
    else void navigate({ to: '/', replace: true })
  }
  return (
    <IconButton
      label={t('back')}
      icon={ChevronLeft}
      flip
      onClick={goBack}
      className="wide:hidden"
    />
  )
}
