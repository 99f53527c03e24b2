import { useEffect, useLayoutEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'

import { Banner } from '../../ui/Banner.tsx'
import { ListEnd } from '../../ui/ListEnd.tsx'
import { HitRow } from './HitRow.tsx'
import type { Filters } from './search-filters.ts'
import { useHits } from './use-hits.ts'

/** Where one had got to in the last list of hits, for coming back from one of them. */
let lastPlace = { filters: '', top: 0 }

export function Results(props: { filters: Filters; scroller: HTMLElement | null }) {
  const { filters, scroller } = props
  const { t } = useTranslation('search')
  const found = useHits(filters, { keep: true })
  useKeptPlace(filters, scroller)
  if (found.idle) return <p className="px-2 pt-4 text-md text-ink-2">{t('idle')}</p>
  return (
    <>
      {!found.complete && (
        <div className="-mx-2 mb-2">
          <Banner text={t('incomplete')} />
        </div>
      )}
      <ul aria-label={t('results')} aria-busy={found.loading} className="-mx-2">
        {found.hits.map((hit) => (
          <li key={hit.message.id}>
            <HitRow hit={hit} query={filters.q ?? ''} />
          </li>
        ))}
      </ul>
      <ListEnd
        list={{ ...found, items: found.hits }}
        rows={6}
        failed={t('failed')}
        nothing={t('nothing')}
        className="px-2 pt-4"
      />
    </>
  )
}

/** Whoever comes back to the same search finds its list where they left it. */
function useKeptPlace(filters: Filters, scroller: HTMLElement | null): void {
  const key = JSON.stringify(filters)
  const restored = useRef(false)
  useLayoutEffect(() => {
    if (!scroller || restored.current) return
    restored.current = true
    if (lastPlace.filters === key) scroller.scrollTo({ top: lastPlace.top })
  }, [scroller, key])
  useEffect(() => {
    if (!scroller) return undefined
    const keep = () => {
      lastPlace = { filters: key, top: scroller.scrollTop }
    }
    scroller.addEventListener('scroll', keep, { passive: true })
    return () => scroller.removeEventListener('scroll', keep)
  }, [scroller, key])
}
