import { Check } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { Icon } from './Icon.tsx'

const lasts = 4_000

/** Says for a moment that something was saved, each time that `time` counts up. */
export function Saved({ time }: { time: number }) {
  const { t } = useTranslation()
  const [gone, setGone] = useState(0)
  useEffect(() => {
    const timer = setTimeout(() => setGone(time), lasts)
    return () => clearTimeout(timer)
  }, [time])
  return (
    <output className="inline-flex items-center gap-1.5 px-2 text-md text-success">
      {time > gone && (
        <>
          <Icon of={Check} inline />
          {t('saved')}
        </>
      )}
    </output>
  )
}
