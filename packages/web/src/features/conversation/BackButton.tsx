import { useCanGoBack, useLocation, useNavigate, useRouter } from '@tanstack/react-router'
import { ChevronLeft } from 'lucide-react'
import { useTranslation } from 'react-i18next'

import { IconButton } from '../../ui/IconButton.tsx'

/** On a phone the list is a step back; to a list of hits there is a way back everywhere. */
export function BackButton() {
  const { t } = useTranslation(['ui', 'search'])
  const fromSearch = useLocation({ select: ({ state }) => state.fromSearch === true })
  const router = useRouter()
  const navigate = useNavigate()
  const canGoBack = useCanGoBack()
  const goBack = () => {
    if (canGoBack) router.history.back()
    else void navigate({ to: '/', replace: true })
  }
  return (
    <IconButton
      label={fromSearch && canGoBack ? t('search:back') : t('back')}
      icon={ChevronLeft}
      flip
      onClick={goBack}
      className={fromSearch && canGoBack ? undefined : 'wide:hidden'}
    />
  )
}
