/** A field with the people chosen so far, and below it the people one may choose: one, or several. */
import type { User } from '@roost/protocol'
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import { Avatar } from '../../ui/Avatar.tsx'
import { Chip } from '../../ui/Chip.tsx'
import { face } from '../../ui/face.ts'
import { ListEnd } from '../../ui/ListEnd.tsx'
import { LongList } from '../../ui/LongList.tsx'
import { isolate } from '../conversation/names.ts'
import { useWatchPeople } from '../conversation/watch-people.ts'
import { PersonOption } from './PersonOption.tsx'
import { usePeople, type FindPeople } from './use-people.ts'

export function PeoplePicker(props: {
  chosen: readonly User[]
  onChosenChange: (chosen: readonly User[]) => void
  except: ReadonlySet<string>
  /** Among whom: those one can talk to, if nothing is said. */
  find?: FindPeople
  /** Enter with nothing left to choose. Without it the choice is of one, and made with the first. */
  onDone?: () => void
  /** What stands above the people while nothing is searched for or chosen. */
  children?: ReactNode
}) {
  const { chosen, onChosenChange, onDone } = props
  const { t } = useTranslation('rooms')
  const listId = useId()
  const input = useRef<HTMLInputElement>(null)
  const [query, setQuery] = useState('')
  const [moved, setMoved] = useState<string | null>(null)
  const found = usePeople(query, props.except, props.find)
  const { people, waiting, hasMore, more } = found
  useWatchPeople(
    'picker',
    people
      .filter(({ kind }) => kind !== 'placeholder')
      .slice(0, 60)
      .map(({ id }) => id),
  )

  const searching = query.trim() !== ''
  // While searching, the first answer is what Enter takes; otherwise only what one moved to.
  const active = people.find(({ id }) => id === moved) ?? (searching ? people[0] : undefined)
  const optionId = (id: string) => `${listId}-${id}`
  useEffect(() => input.current?.focus(), [])

  const toggle = (user: User) => {
    const without = chosen.filter(({ id }) => id !== user.id)
    onChosenChange(without.length < chosen.length ? without : [...chosen, user])
    setQuery('')
    input.current?.focus()
  }
  const move = (step: 1 | -1) => {
    const at = people.findIndex(({ id }) => id === active?.id)
    const to = at === -1 ? (step === 1 ? 0 : people.length - 1) : at + step
    setMoved(people[to]?.id ?? null)
    if (to > people.length - 5) more()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || event.nativeEvent.keyCode === 229) return
    if (event.key === 'ArrowDown') move(1)
    else if (event.key === 'ArrowUp') move(-1)
    else if (event.key === 'Enter' && active) toggle(active)
    else if (event.key === 'Enter' && !searching) onDone?.()
    else if (event.key === 'Backspace' && query === '' && chosen.length > 0)
      onChosenChange(chosen.slice(0, -1))
    else return
    event.preventDefault()
  }

  return (
    <>
      <div className="px-5 pt-1 pb-3">
        {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions, jsx-a11y/click-events-have-key-events -- a wider target for the field in it */}
        <div
          onClick={(event) => event.target === event.currentTarget && input.current?.focus()}
          className="flex max-h-32 min-h-[46px] flex-wrap items-center gap-1.5 overflow-y-auto rounded-md border border-line-strong px-2 py-1.5 outline-offset-1 has-[input:focus-visible]:border-focus has-[input:focus-visible]:outline-2 has-[input:focus-visible]:outline-focus"
        >
          {chosen.map((user) => (
            <Chip
              key={user.id}
              picture={<Avatar {...face(user)} size={20} />}
              remove={t('people.remove', { name: isolate(user.name) })}
              onRemove={() => toggle(user)}
            >
              {user.name}
            </Chip>
          ))}
          <input
            ref={input}
            role="combobox"
            aria-label={t('people.search')}
            aria-expanded
            aria-controls={listId}
            aria-autocomplete="list"
            aria-activedescendant={active ? optionId(active.id) : undefined}
            value={query}
            placeholder={chosen.length === 0 ? t('people.search') : undefined}
            autoComplete="off"
            spellCheck={false}
            enterKeyHint={onDone ? 'done' : 'go'}
            onChange={(event) => {
              setQuery(event.target.value)
              setMoved(null)
            }}
            onKeyDown={onKeyDown}
            className="h-7 min-w-24 flex-1 bg-transparent px-1.5 text-msg outline-none"
          />
        </div>
      </div>
      <div
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls can be scrolled by keyboard
        tabIndex={0}
        data-scroller
        className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-2 pb-2 focus-inside wide:min-h-72"
        aria-busy={waiting}
      >
        {!searching && chosen.length === 0 && props.children}
        <LongList
          items={people}
          keyOf={({ id }) => id}
          height={54}
          open={hasMore}
          active={moved === null ? -1 : people.findIndex(({ id }) => id === moved)}
          label={t('people.list')}
          listbox={{ id: listId, multiple: onDone !== undefined }}
        >
          {(user, place) => (
            <PersonOption
              id={optionId(user.id)}
              user={user}
              place={place}
              query={query}
              active={user.id === active?.id}
              chosen={onDone && chosen.some(({ id }) => id === user.id)}
              onChoose={() => toggle(user)}
            />
          )}
        </LongList>
        <ListEnd
          list={{ ...found, items: people, loading: waiting }}
          rows={5}
          failed={t('people.failed')}
          nothing={searching ? t('people.nobody') : t('people.alone')}
          className="px-3 py-3"
        />
      </div>
    </>
  )
}
