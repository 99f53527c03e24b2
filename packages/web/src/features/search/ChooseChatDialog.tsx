import { chatList, conversationTitle } from '@roost/sdk'
import { useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'
import { Dialog } from '../../ui/Dialog.tsx'
import { Highlight } from '../../ui/Highlight.tsx'
import { matchRanges } from '../../ui/match-ranges.ts'
import { SearchField } from '../../ui/SearchField.tsx'
import { moveAmongRows } from '../chats/move-among-rows.ts'
import { ConversationAvatar } from '../conversation/ConversationAvatar.tsx'
import { OneLine } from '../conversation/OneLine.tsx'
import { useConversationTitle } from '../conversation/use-title.ts'

/** One of my chats, to search in. */
export function ChooseChatDialog(props: {
  open: boolean
  onClose: () => void
  focusInstead: () => HTMLElement | null | undefined
  onChoose: (conversationId: string) => void
}) {
  const { t } = useTranslation('search')
  return (
    <Dialog
      open={props.open}
      onOpenChange={(open) => !open && props.onClose()}
      title={t('filters.chooseChat')}
      focusInstead={props.focusInstead}
    >
      <Chats
        onChoose={(id) => {
          props.onChoose(id)
          props.onClose()
        }}
      />
    </Dialog>
  )
}

/** So many rows are drawn; the others are found by typing. */
const most = 100

function Chats({ onChoose }: { onChoose: (conversationId: string) => void }) {
  const { t } = useTranslation(['search', 'chats'])
  const [query, setQuery] = useState('')
  const field = useRef<HTMLInputElement>(null)
  const [list, setList] = useState<HTMLElement | null>(null)
  const self = t('chats:self.title')
  const ids = useStore((state) =>
    chatList(state)
      .filter((chat) => {
        if (query.trim() === '') return true
        const own = chat.directUserId !== null && chat.directUserId === state.me?.id
        return matchRanges(own ? self : conversationTitle(state, chat), query).length > 0
      })
      .slice(0, most)
      .map(({ id }) => id),
  )
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    const [first] = ids
    if (event.key === 'Enter' && document.activeElement === field.current && first !== undefined)
      onChoose(first)
    else if (!moveAmongRows(event, list, field.current)) return
    event.preventDefault()
  }
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- arrow keys lead from the field to the rows
    <div onKeyDown={onKeyDown} className="flex min-h-0 flex-1 flex-col">
      <SearchField
        ref={field}
        className="mx-5 mt-1 mb-2 shrink-0"
        label={t('filters.findChat')}
        value={query}
        onValueChange={setQuery}
      />
      <ul ref={setList} className="min-h-0 flex-1 overflow-y-auto px-2 pb-2 wide:min-h-72">
        {ids.map((id) => (
          <li key={id}>
            <ChatOption id={id} query={query} onChoose={() => onChoose(id)} />
          </li>
        ))}
      </ul>
      {ids.length === 0 && (
        <output className="block px-5 pb-5 text-md text-ink-2">{t('filters.noChat')}</output>
      )}
    </div>
  )
}

function ChatOption(props: { id: string; query: string; onChoose: () => void }) {
  const title = useConversationTitle(props.id)
  return (
    <button
      type="button"
      data-row
      onClick={props.onChoose}
      className="flex h-13 w-full items-center gap-3 rounded-lg px-3 text-start focus-inside hover:bg-hover-up pointer-coarse:h-16"
    >
      <ConversationAvatar conversationId={props.id} size={36} />
      <OneLine className="flex-1 text-row font-semi">
        <Highlight text={title} query={props.query} />
      </OneLine>
    </button>
  )
}
