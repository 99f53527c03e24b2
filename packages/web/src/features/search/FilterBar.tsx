import { MessageSquare, User, type LucideIcon } from 'lucide-react'
import { useId, useLayoutEffect, useRef, useState, type ReactNode, type RefObject } from 'react'
import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'
import { Button } from '../../ui/Button.tsx'
import { Chip } from '../../ui/Chip.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { NamedLine } from '../../ui/NamedLine.tsx'
import { isolate } from '../conversation/names.ts'
import { useConversationTitle } from '../conversation/use-title.ts'
import { ChooseChatDialog } from './ChooseChatDialog.tsx'
import { ChoosePersonDialog } from './ChoosePersonDialog.tsx'
import type { Filters } from './search-filters.ts'
import { useSenderName } from './use-sender-name.ts'

/** What narrows a search down: one chat, one sender, from a day on, up to a day. */
export function FilterBar(props: { filters: Filters; onChange: (filters: Filters) => void }) {
  const { filters, onChange } = props
  const { t } = useTranslation('search')
  const [choosing, setChoosing] = useState<'chat' | 'person' | null>(null)
  const chat = useRef<HTMLSpanElement>(null)
  const sender = useRef<HTMLSpanElement>(null)
  const without = (key: keyof Filters) => {
    const { [key]: _gone, ...rest } = filters
    return rest
  }
  const day = (key: 'after' | 'before') => (value: string) =>
    onChange(value === '' ? without(key) : { ...filters, [key]: value })
  return (
    <div className="flex flex-wrap items-center gap-x-2 gap-y-2 py-3">
      <Place
        of={chat}
        icon={MessageSquare}
        any={t('filters.anyChat')}
        onChoose={() => setChoosing('chat')}
      >
        {filters.in !== undefined && (
          <ChatChip id={filters.in} onRemove={() => onChange(without('in'))} />
        )}
      </Place>
      <Place
        of={sender}
        icon={User}
        any={t('filters.anyone')}
        onChoose={() => setChoosing('person')}
      >
        {filters.from !== undefined && (
          <PersonChip id={filters.from} onRemove={() => onChange(without('from'))} />
        )}
      </Place>
      <span className="flex flex-wrap gap-2">
        <Day
          label={t('filters.after')}
          value={filters.after}
          max={filters.before}
          onChange={day('after')}
        />
        <Day
          label={t('filters.before')}
          value={filters.before}
          min={filters.after}
          onChange={day('before')}
        />
      </span>
      <ChooseChatDialog
        open={choosing === 'chat'}
        focusInstead={() => buttonIn(chat)}
        onClose={() => setChoosing(null)}
        onChoose={(id) => onChange({ ...filters, in: id })}
      />
      <ChoosePersonDialog
        chat={filters.in}
        open={choosing === 'person'}
        focusInstead={() => buttonIn(sender)}
        onClose={() => setChoosing(null)}
        onChoose={(id) => onChange({ ...filters, from: id })}
      />
    </div>
  )
}

const buttonIn = (place: RefObject<HTMLElement | null>) =>
  place.current?.querySelector<HTMLElement>('button')

/** Where a filter is chosen, or stands with the way to remove it: one takes the focus of the other. */
function Place(props: {
  of: RefObject<HTMLSpanElement | null>
  icon: LucideIcon
  /** What it says while nothing is chosen. */
  any: string
  onChoose: () => void
  children: ReactNode
}) {
  const { of: place, children: chosen } = props
  const filled = Boolean(chosen)
  const wasFilled = useRef(filled)
  useLayoutEffect(() => {
    if (wasFilled.current === filled) return
    wasFilled.current = filled
    if (document.activeElement === document.body) buttonIn(place)?.focus()
  }, [place, filled])
  return (
    <span ref={place} className="inline-flex max-w-full">
      {chosen || (
        <Button size="sm" onClick={props.onChoose}>
          <Icon of={props.icon} inline />
          {props.any}
        </Button>
      )}
    </span>
  )
}

function ChatChip({ id, onRemove }: { id: string; onRemove: () => void }) {
  const { t } = useTranslation('search')
  const title = useConversationTitle(id)
  return (
    <FilterChip
      text={t('filters.inChat', { title: isolate(title) })}
      remove={t('filters.anyChat')}
      onRemove={onRemove}
    />
  )
}

function PersonChip({ id, onRemove }: { id: string; onRemove: () => void }) {
  const { t } = useTranslation('search')
  const mine = useStore((state) => state.me?.id === id)
  const name = useSenderName(id)
  const label = mine
    ? t('filters.byMe')
    : t('filters.by', { name: name === undefined ? '…' : isolate(name ?? t('filters.someone')) })
  return <FilterChip text={label} remove={t('filters.anyone')} onRemove={onRemove} />
}

function FilterChip(props: { text: string; remove: string; onRemove: () => void }) {
  return (
    <Chip remove={props.remove} onRemove={props.onRemove}>
      <span className="block ps-1.5 text-sm font-semi">
        <NamedLine text={props.text} />
      </span>
    </Chip>
  )
}

/** The browser's own field for a date, in the habits of the viewer. */
function Day(props: {
  label: string
  value: string | undefined
  min?: string | undefined
  max?: string | undefined
  onChange: (value: string) => void
}) {
  const id = useId()
  return (
    <span className="inline-flex items-center gap-1.5 text-sm">
      <label htmlFor={id} className="text-ink-2">
        {props.label}
      </label>
      <input
        id={id}
        type="date"
        value={props.value ?? ''}
        min={props.min}
        max={props.max}
        onChange={(event) => props.onChange(event.target.value)}
        className="h-8 min-h-[calc(var(--hit)-4px)] rounded-md border border-line-strong bg-transparent px-2 text-sm text-ink"
      />
    </span>
  )
}
