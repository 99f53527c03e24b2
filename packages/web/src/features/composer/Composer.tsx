/** Where one writes. It always works: what cannot go out now goes out later. */
import { limits, stripControls } from '@roost/protocol'
import { ArrowUp } from 'lucide-react'
import { useEffect, useId, useRef, useState, type KeyboardEvent, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { formatNumber } from '../../i18n/format.ts'
import { cn } from '../../ui/cn.ts'
import { Icon } from '../../ui/Icon.tsx'
import { saveDraft, useDraft } from './use-draft.ts'

/** From this many characters before the limit on, a counter says how many are left. */
const counterFrom = 500

export function Composer(props: { conversationId: string; meId: string; placeholder: string }) {
  const { conversationId, meId } = props
  const { t } = useTranslation('timeline')
  const noteId = useId()
  const field = useRef<HTMLTextAreaElement>(null)
  const text = useDraft(meId, conversationId)
  const setText = (next: string) => saveDraft(meId, conversationId, next)
  const [refused, setRefused] = useState(false)

  const body = stripControls(text).text.trim()
  const left = limits.messageLength - body.length
  const blank = body === ''

  useEffect(() => {
    // On a touch screen the keyboard would cover what one came to read.
    if (matchMedia('(min-width: 720px) and (pointer: fine)').matches) field.current?.focus()
  }, [])

  const change = (next: string) => {
    setText(next)
    setRefused(false)
    if (next.trim() !== '') client.typing(conversationId)
  }
  const send = () => {
    field.current?.focus()
    if (blank) return
    if (left < 0) return setRefused(true)
    client.send(conversationId, { body })
    setText('')
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.altKey || event.ctrlKey || event.metaKey)
      return
    // An Enter that ends an IME composition chooses a word; Safari reports it after the end, as 229.
    if (event.nativeEvent.isComposing || event.nativeEvent.keyCode === 229) return
    event.preventDefault()
    send()
  }
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault()
    send()
  }

  return (
    // The timeline's scrollbar takes room on both sides: so does its absence here.
    <div className="shrink-0 [scrollbar-gutter:stable_both-edges] overflow-hidden">
      <form
        onSubmit={onSubmit}
        className="mx-auto w-full max-w-[calc(var(--w-column)+40px)] px-2 pb-[max(8px,env(safe-area-inset-bottom))] wide:px-5 wide:pb-3.5"
      >
        {left <= counterFrom && <LengthNote id={noteId} left={left} refused={refused} />}
        <div
          className={cn(
            'flex items-end rounded-[22px] border bg-field ps-5 pe-[3px] transition-colors pointer-coarse:rounded-[24px]',
            'border-line focus-within:border-line-strong',
            left < 0 && 'border-danger! focus-within:border-danger',
          )}
        >
          <div className="grid min-w-0 flex-1">
            <textarea
              ref={field}
              rows={1}
              dir="auto"
              value={text}
              aria-label={props.placeholder}
              aria-describedby={left <= counterFrom ? noteId : undefined}
              aria-invalid={left < 0 || undefined}
              placeholder={props.placeholder}
              enterKeyHint="send"
              onChange={(event) => change(event.target.value)}
              onKeyDown={onKeyDown}
              className={cn(
                sizing,
                'resize-none overflow-y-auto bg-transparent text-ink outline-none placeholder:overflow-hidden placeholder:text-ellipsis placeholder:whitespace-nowrap',
              )}
            />
            {/* The same text in the same place: it is what makes the field grow. */}
            <div aria-hidden dir="auto" className={cn(sizing, 'invisible overflow-hidden')}>
              {`${text}\u200B`}
            </div>
          </div>
          <button
            type="submit"
            aria-label={t('composer.send')}
            title={t('composer.send')}
            disabled={blank}
            className={cn(
              'my-[3px] ms-2 inline-grid size-9 shrink-0 place-items-center rounded-full transition-colors pointer-coarse:size-10',
              blank
                ? 'text-ink-3'
                : 'bg-brand text-on-brand hover:bg-brand-hover active:bg-brand-active',
            )}
          >
            <Icon of={ArrowUp} />
          </button>
        </div>
      </form>
    </div>
  )
}

/** One line of 44 px in all (22 + 2 × 10 + borders), growing to eight. */
const sizing =
  '[grid-area:1/1] max-h-[calc(8*var(--lead-msg)+20px)] py-2.5 text-msg wrap-anywhere whitespace-pre-wrap'

function LengthNote(props: { id: string; left: number; refused: boolean }) {
  const { t } = useTranslation('timeline')
  const over = props.left < 0
  return (
    <p
      id={props.id}
      role={over && props.refused ? 'alert' : undefined}
      className={cn('px-5 pb-1.5 text-sm tabular-nums', over ? 'text-danger' : 'text-ink-2')}
    >
      {over
        ? t('composer.tooLong', { count: -props.left, limit: formatNumber(limits.messageLength) })
        : t('composer.left', { count: props.left })}
    </p>
  )
}
