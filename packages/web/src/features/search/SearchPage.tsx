/** Searching all that was written: the words, what narrows it down, and what was found. */
import { useCanGoBack, useNavigate, useRouter, useSearch } from '@tanstack/react-router'
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'

import { SearchField } from '../../ui/SearchField.tsx'
import { moveAmongRows } from '../chats/move-among-rows.ts'
import { useSettled } from '../chats/use-settled.ts'
import { BackButton } from '../conversation/BackButton.tsx'
import { FilterBar } from './FilterBar.tsx'
import { Results } from './Results.tsx'
import type { Filters } from './search-filters.ts'

export function SearchPage() {
  const { t } = useTranslation('search')
  const navigate = useNavigate()
  const router = useRouter()
  const canGoBack = useCanGoBack()
  const filters = useSearch({ from: '/signed-in/shell/search' })
  const field = useRef<HTMLInputElement>(null)
  const [scroller, setScroller] = useState<HTMLElement | null>(null)
  const [typed, setTyped] = useState(filters.q ?? '')
  const settled = useSettled(typed).trim()

  const narrow = (next: Filters) =>
    void navigate({ to: '/search', search: next, replace: true, state: true })
  // What is typed goes into the address; an address that changes by itself goes into the field.
  const [shown, setShown] = useState(filters.q)
  if (shown !== filters.q) {
    setShown(filters.q)
    if ((filters.q ?? '') !== typed.trim()) setTyped(filters.q ?? '')
  }
  const latest = useRef(filters)
  useLayoutEffect(() => {
    latest.current = filters
  })
  useEffect(() => {
    const { q: past = '', ...rest } = latest.current
    if (settled === past) return
    const search = settled === '' ? rest : { ...rest, q: settled }
    void navigate({ to: '/search', search, replace: true, state: true })
  }, [settled, navigate])
  useEffect(() => {
    // Who comes back from a hit looks at the list, and phones keep their keyboard down.
    if (filters.q === undefined || matchMedia('(pointer: fine)').matches) field.current?.focus()
    // oxlint-disable-next-line react/exhaustive-deps -- on arrival only
  }, [])

  const leave = () => {
    if (canGoBack) router.history.back()
    else void navigate({ to: '/' })
  }
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Escape') {
      if (event.target instanceof Element && event.target.closest('[role$=dialog]')) return
      if (document.activeElement === field.current || !field.current) leave()
      else field.current.focus()
    } else if (!moveAmongRows(event, scroller, field.current)) return
    event.preventDefault()
  }
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- arrow keys lead from the field to the rows
    <div onKeyDown={onKeyDown} className="flex min-h-0 flex-1 flex-col">
      <header className="flex h-(--h-bar) shrink-0 items-center gap-1 border-b border-line ps-1 pe-3 wide:px-6">
        <BackButton />
        <h1 className="sr-only">{t('title')}</h1>
        <SearchField
          ref={field}
          className="mx-auto w-full max-w-(--w-list)"
          label={t('title')}
          value={typed}
          onValueChange={setTyped}
        />
      </header>
      <div
        ref={setScroller}
        className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-4 pb-6 wide:px-6"
      >
        <div className="mx-auto max-w-(--w-list)">
          <FilterBar filters={filters} onChange={narrow} />
          <Results filters={filters} scroller={scroller} />
        </div>
      </div>
    </div>
  )
}
