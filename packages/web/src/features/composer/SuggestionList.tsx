import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { cn } from '../../ui/cn.ts'
import { OneLine } from '../conversation/OneLine.tsx'
import type { Suggestion } from './use-suggestions.ts'

export function optionId(listId: string, suggestion: Suggestion): string {
  return `${listId}-${suggestion.key}`
}

/** What the name being typed may become. The focus stays in the field; the keys work there. */
export function SuggestionList(props: {
  id: string
  list: readonly Suggestion[]
  active: Suggestion | undefined
  onChoose: (suggestion: Suggestion) => void
}) {
  const { t } = useTranslation('messages')
  const activeId = props.active && optionId(props.id, props.active)
  useEffect(() => {
    if (activeId) document.getElementById(activeId)?.scrollIntoView({ block: 'nearest' })
  }, [activeId])
  return (
    <>
      <div
        id={props.id}
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a <select> holds no pictures
        role="listbox"
        aria-label={t('suggestions')}
        className="absolute inset-x-2 bottom-full z-1 mb-2 max-h-[min(304px,40dvh)] animate-fade-in overflow-y-auto overscroll-contain rounded-bubble border border-line bg-raised p-1.5 text-ink shadow-2 wide:inset-s-5 wide:inset-e-auto wide:w-[320px]"
      >
        {props.list.map((suggestion) => (
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the keys work in the field
          <div
            key={suggestion.key}
            id={optionId(props.id, suggestion)}
            // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- it is no part of a <select>
            role="option"
            aria-selected={suggestion === props.active}
            // Before the field would lose the focus.
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => props.onChoose(suggestion)}
            className={cn(
              'flex min-h-11 items-center gap-3 rounded-md px-2.5 py-1 text-md hover:bg-hover-up',
              suggestion === props.active && 'bg-hover-up',
            )}
          >
            <Content suggestion={suggestion} />
          </div>
        ))}
      </div>
      <output className="sr-only">{t('suggested', { count: props.list.length })}</output>
    </>
  )
}

function Content({ suggestion }: { suggestion: Suggestion }) {
  const own = useStore((state) => 'user' in suggestion && state.me?.id === suggestion.user.id)
  if ('emoji' in suggestion) {
    return (
      <>
        <span aria-hidden className="w-7 text-center text-[22px]/none">
          {suggestion.emoji}
        </span>
        <span className="truncate">:{suggestion.code}:</span>
      </>
    )
  }
  const { id, name, username, picture } = suggestion.user
  return (
    <>
      <Avatar id={id} name={name} picture={picture} kind={own ? 'self' : 'person'} size={30} />
      <OneLine className="font-semi">{name}</OneLine>
      <bdi className="ms-auto shrink-0 text-sm text-ink-2">@{username}</bdi>
    </>
  )
}
