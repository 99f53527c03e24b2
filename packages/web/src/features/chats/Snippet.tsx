import type { Message } from '@roost/protocol'
import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'
import { cn } from '../../ui/cn.ts'
import { Tick } from '../../ui/Tick.tsx'
import { useDraft } from '../composer/use-draft.ts'
import { shortName } from '../conversation/names.ts'
import { useTypingLine } from '../conversation/use-second-line.ts'
import { isSystem, type Post } from '../timeline/build-rows.ts'
import { useSystemText } from '../timeline/SystemLine.tsx'
import { useName } from '../timeline/use-name.ts'
import { useTickState } from '../timeline/use-tick-state.ts'

const line = 'min-w-0 flex-1 truncate text-snippet'

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
  if (typing !== null) return <span className={cn(line, 'text-brand-text')}>{typing}</span>
  if (draft.trim() !== '' && !props.open) {
    return (
      <span className={cn(line, 'text-ink-2')}>
        <span className="text-danger">{t('draft')}</span> <bdi>{draft}</bdi>
      </span>
    )
  }
  if (!last) return <span className={line} />
  if (isSystem(last)) return <SystemSnippet message={last} />
  return <PostSnippet {...props} post={last} mine={last.senderId === meId} />
}

function SystemSnippet({ message }: { message: Message }) {
  return <span className={cn(line, 'text-ink-2')}>{useSystemText(message)}</span>
}

function PostSnippet(props: { conversationId: string; post: Post; mine: boolean; loud: boolean }) {
  const { post, mine } = props
  const { t } = useTranslation('chats')
  const state = useTickState(post, mine)
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
      <span className={cn(line, props.loud ? 'text-ink' : 'text-ink-2')}>
        {prefix !== null && (
          <span className="text-ink-2">
            <bdi>{prefix}</bdi>:{' '}
          </span>
        )}
        <bdi className={deleted ? 'italic' : undefined}>{deleted ? t('deleted') : post.body}</bdi>
      </span>
      {state === 'failed' && <Tick state="failed" />}
    </>
  )
}
