import type { Message } from '@roost/protocol'
import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'
import { cn } from '../../ui/cn.ts'
import { Tick } from '../../ui/Tick.tsx'
import { useDraft } from '../composer/use-draft.ts'
import { shortName } from '../conversation/names.ts'
import { OneLine } from '../conversation/OneLine.tsx'
import { useTypingLine } from '../conversation/use-second-line.ts'
import { usePlainText } from '../messages/use-plain-text.ts'
import { isSystem, type Post } from '../timeline/build-rows.ts'
import { useSystemText } from '../timeline/SystemLine.tsx'
import { useName } from '../timeline/use-name.ts'
import { useTickState } from '../timeline/use-tick-state.ts'

const line = 'flex-1 text-snippet'
/** A sentence of the interface: in its direction, whatever name it begins with. */
const sentence = cn(line, 'min-w-0 truncate')

/** The second line of a row: who is typing, else my draft, else what was written last. */
export function Snippet(props: {
  conversationId: string
  last: Post | null
  loud: boolean
  /** The chat is open: its draft is in sight. */
  open: boolean
}) {
  const { last } = props
  const { t } = useTranslation('chats')
  const meId = useStore((state) => state.me?.id ?? '')
  const typing = useTypingLine(props.conversationId)
  const draft = useDraft(meId, props.conversationId)
  if (typing !== null) return <p className={cn(sentence, 'text-brand-text')}>{typing}</p>
  if (draft.trim() !== '' && !props.open) {
    return (
      <>
        <span className="text-snippet text-danger">{t('draft')}</span>
        <OneLine className={cn(line, 'text-ink-2')}>{draft}</OneLine>
      </>
    )
  }
  if (!last) return <span className={line} />
  if (isSystem(last)) return <SystemSnippet message={last} />
  return <PostSnippet {...props} post={last} mine={last.senderId === meId} />
}

function SystemSnippet({ message }: { message: Message }) {
  return <p className={cn(sentence, 'text-ink-2')}>{useSystemText(message)}</p>
}

function PostSnippet(props: { conversationId: string; post: Post; mine: boolean; loud: boolean }) {
  const { post, mine } = props
  const { t } = useTranslation('chats')
  const state = useTickState(post, mine)
  const words = usePlainText(post)
  const name = useName(post.senderId)
  const room = useStore(({ conversations }) => conversations[props.conversationId]?.kind === 'room')
  const deleted = !('clientId' in post) && post.deletedAt !== undefined
  const prefix = room ? (mine ? t('you') : shortName(name)) : null
  return (
    <>
      {state && state !== 'failed' && !deleted && (
        <span className="inline-flex text-ink-2">
          <Tick state={state} />
        </span>
      )}
      {prefix !== null && (
        <span className="max-w-1/2 shrink-0 truncate text-snippet text-ink-2">
          <bdi>{prefix}</bdi>:
        </span>
      )}
      <OneLine className={cn(line, props.loud ? 'text-ink' : 'text-ink-2', deleted && 'italic')}>
        {deleted ? t('deleted') : words}
      </OneLine>
      {state === 'failed' && <Tick state="failed" />}
    </>
  )
}
