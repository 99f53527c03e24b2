import { WifiOff } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'
import { Banner } from '../../ui/Banner.tsx'

/** A connection that comes back sooner is not worth a word. */
const patience = 2_000

export function ConnectionBanner() {
  const { t } = useTranslation('timeline')
  const { status, since } = useStore((state) => state.connection)
  const away = status === 'online' ? null : since
  const [waited, setWaited] = useState<number | null>(null)
  useEffect(() => {
    if (away === null) return
    const timer = setTimeout(() => setWaited(away), Math.max(0, away + patience - Date.now()))
    return () => clearTimeout(timer)
  }, [away])
  if (away === null || waited !== away) return null
  return status === 'offline' && !navigator.onLine ? (
    <Banner icon={WifiOff} text={t('connection.offline')} />
  ) : (
    <Banner text={t('connection.connecting')} />
  )
}
