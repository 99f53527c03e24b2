import { useNavigate } from '@tanstack/react-router'
import { ChevronDown, ChevronUp, ListFilter, X } from 'lucide-react'
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'

import { formatNumber } from '../../i18n/format.ts'
import { useBackCloses } from '../../ui/back-closes.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { SearchField } from '../../ui/SearchField.tsx'
import { useReturnFocus } from '../../ui/use-return-focus.ts'
import { useSettled } from '../chats/use-settled.ts'
import { useHits } from './use-hits.ts'

/** In place of a chat's head: goes from hit to hit in it, the newest first. */
export function SearchInConversation(props: { conversationId: string; onClose: () => void }) {
  const { conversationId, onClose } = props
  const { t } = useTranslation('search')
  const navigate = useNavigate()
  const field = useRef<HTMLInputElement>(null)
  const [query, setQuery] = useState('')
  const settled = useSettled(query).trim()
  const found = useHits(
    useMemo(() => ({ q: settled, in: conversationId }), [settled, conversationId]),
  )
  const [at, setAt] = useState(0)
  const { hits, more, hasMore } = found
  const hit = found.loading ? undefined : hits[at]
  const seq = hit?.message.seq

  useReturnFocus(true)
  useBackCloses(true, onClose)
  useEffect(() => field.current?.focus(), [])
  const [searched, setSearched] = useState(settled)
  if (searched !== settled) {
    setSearched(settled)
    setAt(0)
  }
  useEffect(() => {
    if (seq === undefined) return
    void navigate({ to: '.', search: { m: seq }, state: true, replace: true })
  }, [seq, navigate])

  const older = at < hits.length - 1 ? () => setAt(at + 1) : undefined
  const newer = at > 0 ? () => setAt(at - 1) : undefined
  useEffect(() => {
    if (hasMore && at > hits.length - 5) more()
  }, [at, hits.length, hasMore, more])

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    const { key } = event
    if (key === 'Escape') onClose()
    else if (key === 'Enter' && found.failed) found.again()
    else if (key === 'ArrowUp' || (key === 'Enter' && !event.shiftKey)) older?.()
    else if (key === 'ArrowDown' || key === 'Enter') newer?.()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  const count = `${formatNumber(hits.length)}${hasMore ? '+' : ''}`
  const state = () => {
    if (found.idle || found.loading) return ''
    if (found.failed) return t('failed')
    if (hits.length === 0) return t('nothing')
    return t('place', { at: formatNumber(at + 1), count })
  }
  return (
    <search
      aria-label={t('inChat')}
      className="flex h-(--h-bar) shrink-0 items-center gap-1 border-b border-line ps-2 pe-2 wide:ps-5 wide:pe-4"
    >
      <SearchField
        ref={field}
        className="min-w-0 flex-1"
        label={t('inChat')}
        value={query}
        onValueChange={setQuery}
        onKeyDown={onKeyDown}
      />
      <output className="max-w-40 min-w-16 shrink-0 truncate px-2 text-end text-sm text-ink-2 tabular-nums">
        {state()}
      </output>
      <IconButton label={t('older')} icon={ChevronUp} disabled={!older} onClick={older} />
      <IconButton label={t('newer')} icon={ChevronDown} disabled={!newer} onClick={newer} />
      <IconButton
        label={t('allInChat')}
        icon={ListFilter}
        className="max-wide:hidden"
        onClick={() =>
          void navigate({
            to: '/search',
            search: settled === '' ? { in: conversationId } : { q: settled, in: conversationId },
          })
        }
      />
      <IconButton label={t('close')} icon={X} onClick={onClose} />
    </search>
  )
}
