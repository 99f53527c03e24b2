/** Every emoji there is, found by looking or by name. Loaded when one is first wanted. */
import { EmojiPicker as Picker, type EmojiPickerListComponents, type SkinTone } from 'frimousse'
import { Search } from 'lucide-react'
import { useState, type Ref } from 'react'
import { useTranslation } from 'react-i18next'

import { cn } from '../../ui/cn.ts'
import { Icon } from '../../ui/Icon.tsx'
import { SkeletonRows } from '../../ui/Skeleton.tsx'
import { useAfter } from '../../ui/use-after.ts'
import { emojiFolder, emojiLocale } from './emoji-locale.ts'
import { recentEmoji, rememberEmoji, rememberSkinTone, skinTone } from './recent.ts'
import { SkinTones } from './SkinTones.tsx'

const columns = 8

export function EmojiPicker({
  onPick,
  searchRef,
}: {
  onPick: (emoji: string) => void
  searchRef: Ref<HTMLInputElement>
}) {
  const { t } = useTranslation('messages')
  const [recent] = useState(recentEmoji)
  const [search, setSearch] = useState('')
  const [tone, setTone] = useState<SkinTone>(skinTone)
  const pick = (emoji: string) => {
    rememberEmoji(emoji)
    onPick(emoji)
  }
  const choose = (next: SkinTone) => {
    setTone(next)
    rememberSkinTone(next)
  }
  return (
    <Picker.Root
      locale={emojiLocale()}
      emojibaseUrl={emojiFolder}
      columns={columns}
      skinTone={tone}
      onEmojiSelect={({ emoji }) => pick(emoji)}
      className="isolate flex h-[min(400px,60dvh)] w-full flex-col wide:w-[336px]"
    >
      <div className="relative px-2 pt-2 pb-1.5">
        <Icon
          of={Search}
          className="pointer-events-none absolute inset-s-4.5 top-1/2 -translate-y-1/2 text-ink-2"
        />
        <Picker.Search
          ref={searchRef}
          aria-label={t('emoji.search')}
          placeholder={t('emoji.search')}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          className="h-9 w-full rounded-lg bg-hover ps-10 pe-3 text-md text-ink placeholder:text-ink-2 focus-visible:outline-offset-0 pointer-coarse:h-11 pointer-coarse:text-msg"
        />
      </div>
      {search === '' && recent.length > 0 && <Recent emoji={recent} onPick={pick} />}
      <Picker.Viewport className="relative min-h-0 flex-1 overscroll-contain outline-none">
        <Picker.Loading className="block">
          <Loading />
        </Picker.Loading>
        <Picker.Empty className="block px-4 py-3 text-md text-ink-2">
          {t('emoji.nothing')}
        </Picker.Empty>
        <Picker.List components={components} className="pb-1.5 select-none" />
      </Picker.Viewport>
      <div className="flex min-h-11 items-center gap-2 border-t border-line ps-4 pe-2">
        <span className="min-w-0 flex-1 truncate text-sm text-ink-2">
          <Picker.ActiveEmoji>{({ emoji }) => emoji?.label ?? ''}</Picker.ActiveEmoji>
        </span>
        <SkinTones tone={tone} onChoose={choose} />
      </div>
    </Picker.Root>
  )
}

function Recent(props: { emoji: readonly string[]; onPick: (emoji: string) => void }) {
  const { t } = useTranslation('messages')
  return (
    <section aria-label={t('emoji.recent')} className="px-1.5">
      <h3 className={headingLook}>{t('emoji.recent')}</h3>
      <div className="flex">
        {props.emoji.slice(0, columns).map((emoji) => (
          <button
            key={emoji}
            type="button"
            aria-label={emoji}
            onClick={() => props.onPick(emoji)}
            className={cn(cellLook, 'max-w-[12.5%] hover:bg-hover-up')}
          >
            {emoji}
          </button>
        ))}
      </div>
    </section>
  )
}

function Loading() {
  return useAfter(300) ? <SkeletonRows count={4} /> : null
}

/** By what emojibase calls its groups. */
const groups = {
  'smileys-emotion': 'smileys',
  'people-body': 'people',
  'animals-nature': 'animals',
  'food-drink': 'food',
  'travel-places': 'travel',
  activities: 'activities',
  objects: 'objects',
  symbols: 'symbols',
  flags: 'flags',
} as const

function GroupName({ group }: { group: string }) {
  const { t } = useTranslation('messages')
  const key = Object.entries(groups).find(([name]) => name === group.toLowerCase())?.[1]
  return key ? t(`emoji.groups.${key}`) : group
}

const headingLook = 'px-2.5 pt-2 pb-1 text-sm font-semi text-ink-2 first-letter:uppercase'
const cellLook =
  'flex h-[38px] min-w-0 flex-1 items-center justify-center rounded-md text-[24px]/none pointer-coarse:h-11'

/** Screen readers count from one. */
const fromOne = (index = 0) => index + 1

const components: Partial<EmojiPickerListComponents> = {
  CategoryHeader: ({ category, ...props }) => (
    <div {...props} className={cn('bg-raised', headingLook, 'px-4')}>
      <GroupName group={category.label} />
    </div>
  ),
  Row: ({ children, ...props }) => {
    const row = { ...props, 'aria-rowindex': fromOne(props['aria-rowindex']) }
    return (
      <div {...row} className="flex scroll-my-1 px-1.5">
        {children}
      </div>
    )
  },
  Emoji: ({ emoji, ...props }) => {
    const cell = { ...props, 'aria-colindex': fromOne(props['aria-colindex']) }
    return (
      <button {...cell} className={cn(cellLook, 'data-active:bg-hover-up')}>
        {emoji.emoji}
      </button>
    )
  },
}
