import { WifiOff } from 'lucide-react'
import { useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'
import { Banner } from '../../ui/Banner.tsx'
import { useAfter } from '../../ui/use-after.ts'

/** A connection that comes back sooner is not worth a word. */
const patience = 2_000

/** The browser notices a network that is gone long before a silent socket does. */
export function ConnectionBanner() {
  const connected = useStore((state) => state.connection.status === 'online')
  const network = useSyncExternalStore(followNetwork, () => navigator.onLine)
  return connected && network ? null : <Away network={network} />
}

function Away({ network }: { network: boolean }) {
  const { t } = useTranslation('timeline')
  if (!useAfter(patience)) return null
  return network ? (
    <Banner text={t('connection.connecting')} />
  ) : (
    <Banner icon={WifiOff} text={t('connection.offline')} />
  )
}

function followNetwork(listener: () => void): () => void {
  window.addEventListener('online', listener)
  window.addEventListener('offline', listener)
  return () => {
    window.removeEventListener('online', listener)
    window.removeEventListener('offline', listener)
  }
}
