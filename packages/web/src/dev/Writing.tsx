/** Where one writes, in its states, and the tools beside a message. */
import type { Message } from '@roost/protocol'
import { useState } from 'react'

import { ArchivedBar } from '../features/composer/ArchivedBar.tsx'
import { EditStrip, ReplyStrip } from '../features/composer/ComposerStrip.tsx'
import { EmojiButton } from '../features/composer/EmojiButton.tsx'
import { SuggestionList } from '../features/composer/SuggestionList.tsx'
import { MessageTools } from '../features/messages/MessageTools.tsx'

const quote = { id: 'q', seq: 1, senderId: 'nobody', excerpt: 'See you at *half nine*.' }
const message: Message = {
  ...quote,
  conversationId: 'none',
  kind: 'text',
  body: 'Hovered or focused',
  createdAt: 0,
  mentions: [],
  attachments: [],
  reactions: [],
}
const people = ['Diego Ferrer', 'Jonas Petersen', 'ليلى حداد'].map((name) => {
  const user = { id: name, kind: 'person', username: 'name', name, picture: null }
  return { key: name, insert: '', user }
})
const stop = () => {}

export function Writing() {
  const [picked, setPicked] = useState('')
  return (
    <div className="flex flex-col gap-4">
      <div className="rounded-field border border-line-strong bg-field pb-3">
        <ReplyStrip conversationId="none" reply={quote} onCancel={stop} />
      </div>
      <div className="rounded-field border border-line-strong bg-field pb-1">
        <EditStrip body="See you at *half nine*" onCancel={stop} />
        <div className="flex items-center justify-end pe-1">
          {picked}
          <EmojiButton onPick={setPicked} />
        </div>
      </div>
      <div className="relative h-40">
        <SuggestionList id="people" list={people} active={people[0]} onChoose={stop} />
      </div>
      <div className="@container flex justify-end">
        <p className="relative rounded-bubble bg-own px-3 py-2 text-own-ink">
          {message.body}
          <MessageTools post={message} mine />
        </p>
      </div>
      <ArchivedBar />
    </div>
  )
}
