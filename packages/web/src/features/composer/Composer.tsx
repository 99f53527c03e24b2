/** Where one writes. It always works: what cannot go out now goes out later. */
import { limits } from '@roost/protocol'
import { ArrowUp, Check } from 'lucide-react'
import {
  useEffect,
  useId,
  useRef,
  useState,
  type KeyboardEvent,
  type RefObject,
  type SubmitEvent,
} from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { cn } from '../../ui/cn.ts'
import { Icon } from '../../ui/Icon.tsx'
import { keyOf } from '../timeline/build-rows.ts'
import { EditStrip, ReplyStrip } from './ComposerStrip.tsx'
import { EmojiButton } from './EmojiButton.tsx'
import { LengthNote } from './LengthNote.tsx'
import { Placeholder } from './Placeholder.tsx'
import { SuggestionList } from './SuggestionList.tsx'
import { useCompletion } from './use-completion.ts'
import { useComposing } from './use-composing.ts'

/** From this many characters before the limit on, a counter says how many are left. */
const counterFrom = 500

/** With a finger, Enter is for a new line: the button that sends is right there. */
const byFinger = matchMedia('(pointer: coarse)')

export function Composer(props: { conversationId: string; meId: string; placeholder: string }) {
  const { conversationId } = props
  const { t } = useTranslation(['timeline', 'messages'])
  const noteId = useId()
  const field = useRef<HTMLTextAreaElement>(null)
  const composing = useComposing(props)
  const { text, body, editing, reply } = composing
  const [refused, setRefused] = useState(false)
  useComposerFocus(field, editing ? keyOf(editing.post) : reply?.id)

  const left = limits.messageLength - body.length
  const blank = body === '' && !editing

  const change = (next: string) => {
    composing.change(next)
    setRefused(false)
    if (next.trim() !== '' && !editing) client.typing(conversationId)
  }
  const completion = useCompletion({ conversationId, field, text, onChange: change })
  const submit = () => {
    field.current?.focus()
    if (left < 0) return setRefused(true)
    composing.submit()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    // An Enter that ends an IME composition chooses a word; Safari reports it after the end, as 229.
    if (event.nativeEvent.isComposing || event.nativeEvent.keyCode === 229) return
    if (completion.onKeyDown(event)) return
    if (event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return
    if (event.key === 'Enter' && !byFinger.matches) submit()
    else if (event.key === 'Escape' && composing.cancel()) event.stopPropagation()
    else if (event.key === 'ArrowUp' && text === '' && !editing && composing.editLast()) {
      // The old text is there to be edited, not gone through.
    } else return
    event.preventDefault()
  }
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault()
    submit()
  }

  const { list } = completion
  return (
    <div className="relative shrink-0">
      {list && (
        <div className="absolute inset-x-0 bottom-full">
          <div className="relative mx-auto max-w-[calc(var(--w-column)+40px)]">
            <SuggestionList
              id={completion.listId}
              list={list}
              active={completion.active}
              onChoose={completion.choose}
            />
          </div>
        </div>
      )}
      {/* The timeline's scrollbar takes room on both sides: so does its absence here. */}
      <div className="[scrollbar-gutter:stable_both-edges] overflow-hidden">
        <form
          onSubmit={onSubmit}
          className="mx-auto w-full max-w-[calc(var(--w-column)+40px)] px-2 pb-[max(8px,env(safe-area-inset-bottom))] wide:px-5 wide:pb-3.5"
        >
          {left <= counterFrom && <LengthNote id={noteId} left={left} refused={refused} />}
          <div
            className={cn(
              'rounded-[22px] border bg-field transition-colors pointer-coarse:rounded-[24px]',
              'border-line focus-within:border-line-strong',
              left < 0 && 'border-danger! focus-within:border-danger',
            )}
          >
            {editing && <EditStrip body={editing.post.body} onCancel={composing.cancel} />}
            {reply && (
              <ReplyStrip
                conversationId={conversationId}
                reply={reply}
                onCancel={composing.cancel}
              />
            )}
            <div className="flex items-end ps-5 pe-[3px]">
              <div className="grid min-w-0 flex-1">
                {text === '' && <Placeholder text={props.placeholder} />}
                <textarea
                  ref={field}
                  rows={1}
                  dir={text === '' ? undefined : 'auto'}
                  value={text}
                  aria-label={editing ? t('messages:edit.field') : props.placeholder}
                  aria-describedby={left <= counterFrom ? noteId : undefined}
                  aria-invalid={left < 0 || undefined}
                  enterKeyHint={byFinger.matches ? 'enter' : 'send'}
                  {...completion.fieldProps}
                  onChange={({ target }) =>
                    completion.onInput(target.value, target.selectionEnd ?? target.value.length)
                  }
                  onKeyDown={onKeyDown}
                  className={cn(
                    sizing,
                    'resize-none overflow-y-auto bg-transparent text-ink outline-none',
                  )}
                />
                {/* The same text in the same place: it is what makes the field grow. */}
                <div aria-hidden dir="auto" className={cn(sizing, 'invisible overflow-hidden')}>
                  {`${text}\u200B`}
                </div>
              </div>
              <EmojiButton onPick={completion.insert} />
              <SendButton edit={editing !== null} blank={blank} />
            </div>
          </div>
        </form>
      </div>
    </div>
  )
}

/** One line of 44 px in all (22 + 2 × 10 + borders), growing to eight. */
const sizing =
  '[grid-area:1/1] max-h-[calc(8*var(--lead-msg)+20px)] py-2.5 text-msg wrap-anywhere whitespace-pre-wrap'

function SendButton({ edit, blank }: { edit: boolean; blank: boolean }) {
  const { t } = useTranslation(['timeline', 'messages'])
  const name = edit ? t('messages:edit.save') : t('composer.send')
  return (
    <button
      type="submit"
      aria-label={name}
      title={name}
      disabled={blank}
      className={cn(
        'my-[3px] ms-1 inline-grid size-9 shrink-0 place-items-center rounded-full transition-colors pointer-coarse:size-10',
        blank ? 'text-ink-3' : 'bg-brand text-on-brand hover:bg-brand-hover active:bg-brand-active',
      )}
    >
      <Icon of={edit ? Check : ArrowUp} />
    </button>
  )
}

/** The field has the focus when a chat opens, and when something to write about has been chosen. */
function useComposerFocus(
  field: RefObject<HTMLTextAreaElement | null>,
  subject: string | undefined,
): void {
  useEffect(() => {
    // On a touch screen the keyboard would cover what one came to read.
    if (matchMedia('(min-width: 720px) and (pointer: fine)').matches) field.current?.focus()
  }, [field])
  const known = useRef(subject)
  useEffect(() => {
    const chosen = subject !== undefined && subject !== known.current
    known.current = subject
    const element = field.current
    if (!chosen || !element) return
    element.focus()
    element.setSelectionRange(element.value.length, element.value.length)
  }, [field, subject])
}
