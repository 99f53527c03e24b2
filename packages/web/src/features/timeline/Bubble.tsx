import { Ban } from 'lucide-react'
import { useTranslation } from 'react-i18next'

import { cn } from '../../ui/cn.ts'
import { Icon } from '../../ui/Icon.tsx'
import { isolate, shortName } from '../conversation/names.ts'
import { OneLine } from '../conversation/OneLine.tsx'
import { MessageText } from '../messages/MessageText.tsx'
import { keyOf, type Post } from './build-rows.ts'
import { isEmojiOnly } from './emoji-only.ts'
import { Fold } from './Fold.tsx'
import { mayFold } from './folding.ts'
import { hueInk } from './hue-ink.ts'
import { MessageMeta, MetaSpace, type Meta } from './MessageMeta.tsx'
import { QuoteBlock } from './QuoteBlock.tsx'
import { useQuote } from './use-quote.ts'

interface Props {
  readonly post: Post
  readonly mine: boolean
  readonly first: boolean
  readonly last: boolean
  readonly sender: string
  /** Puts the sender's name above the text. */
  readonly named: boolean
  readonly room: boolean
  readonly meta: Meta
  readonly lit: boolean
  readonly onOpenQuote: (seq: number) => void
  readonly onUnfold: () => void
}

/** One message as it looks: a bubble, large emoji without one, or the outline of what was deleted. */
export function Bubble(props: Props) {
  const { post } = props
  const quote = useQuote(post)
  const deleted = 'clientId' in post ? undefined : post.deletedAt
  if (deleted !== undefined) return <DeletedBubble {...props} />
  if (!quote && isEmojiOnly(post.body)) return <LargeEmoji {...props} />
  return (
    <div
      className={cn(shape(props), props.meta.state === 'failed' ? failedLook : look(props.mine))}
    >
      <SenderName {...props} />
      {quote && <QuoteBlock quote={quote} mine={props.mine} onOpen={props.onOpenQuote} />}
      <div dir="auto" className="text-msg wrap-anywhere whitespace-pre-wrap">
        {mayFold(post.body) ? (
          <Fold id={keyOf(post)} space={<MetaSpace {...props.meta} />} onUnfold={props.onUnfold}>
            <BodyText post={post} mine={props.mine} />
          </Fold>
        ) : (
          <>
            <BodyText post={post} mine={props.mine} />
            <MetaSpace {...props.meta} />
          </>
        )}
        <MessageMeta
          {...props.meta}
          className={cn('absolute inset-e-[11px] bottom-[7px]', metaInk(props))}
        />
      </div>
    </div>
  )
}

function SenderName({ named, sender, post }: Props) {
  if (!named) return null
  return (
    <OneLine className={cn('mb-0.5 text-snippet font-semi', hueInk(post.senderId))}>
      {sender}
    </OneLine>
  )
}

/** A kind of message that is newer than this program is shown as the plain line it comes with. */
function BodyText({ post, mine }: { post: Post; mine: boolean }) {
  const { t } = useTranslation('timeline')
  if (post.body === '') return <em>{t('unknown')}</em>
  return <MessageText text={post.body} mentions={post.mentions} mine={mine} />
}

function DeletedBubble(props: Props) {
  const { t } = useTranslation('timeline')
  const meta = { ...props.meta, edited: false, state: null }
  return (
    <div className={cn(shape(props), 'border border-line text-ink-2')}>
      <Icon of={Ban} inline className="me-1.5 inline align-[-2px]" />
      <span className="text-msg italic">
        {props.room
          ? t('deleted.room')
          : props.mine
            ? t('deleted.you')
            : t('deleted.other', { name: isolate(shortName(props.sender)) })}
      </span>
      <MetaSpace {...meta} />
      <MessageMeta {...meta} className="absolute inset-e-[11px] bottom-[7px] text-ink-3" />
    </div>
  )
}

function LargeEmoji(props: Props) {
  return (
    <div className={cn('flex flex-col rounded-bubble', props.mine ? 'items-end' : 'items-start')}>
      <SenderName {...props} />
      <span className="text-[44px]/[52px] tracking-[2px] whitespace-nowrap">
        {props.post.body.trim()}
      </span>
      <MessageMeta
        {...props.meta}
        className={props.meta.state === 'failed' ? 'text-danger' : 'text-ink-3'}
      />
    </div>
  )
}

const failedLook = 'bg-danger-bg text-ink'

function look(mine: boolean): string {
  return mine ? 'bg-own text-own-ink' : 'bg-other text-ink'
}

function metaInk({ mine, meta }: Props): string {
  if (meta.state === 'failed') return 'text-danger'
  return mine ? 'text-own-meta' : 'text-ink-3'
}

/** Corners on the sender's side are tight where bubbles of a group meet. */
function shape({ mine, first, last, lit }: Props): string {
  return cn(
    'relative min-w-0 rounded-bubble px-3 pt-[7px] pb-2 transition-shadow duration-base',
    mine && !first && 'rounded-se-joint',
    mine && !last && 'rounded-ee-joint',
    !mine && !first && 'rounded-ss-joint',
    !mine && !last && 'rounded-es-joint',
    lit && 'z-1 ring-3 ring-brand',
  )
}
