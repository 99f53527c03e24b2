/** Owns the completion of names in a text field: what is offered, the keys that choose, what is put in. */
import {
  useId,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type RefObject,
  type SyntheticEvent,
} from 'react'

import { emojiOf } from '../emoji/find-shortcodes.ts'
import { knownShortcodes } from '../emoji/shortcodes.ts'
import { findClosed, findToken, replaceToken, type Token } from './find-token.ts'
import { optionId } from './SuggestionList.tsx'
import { useSuggestions, type Suggestion } from './use-suggestions.ts'

export function useCompletion(options: {
  conversationId: string
  field: RefObject<HTMLTextAreaElement | null>
  text: string
  onChange: (text: string) => void
}) {
  const { field, text, onChange } = options
  const listId = useId()
  /** Null while the field has no focus. */
  const [caret, setCaret] = useState<number | null>(null)
  const [dismissed, setDismissed] = useState<number | null>(null)
  const [moved, setMoved] = useState<string | null>(null)
  const put = usePut(field, text, onChange)

  const token = caret === null ? null : findToken(text, caret)
  const wanted = token && token.start !== dismissed ? token : null
  if (!token && dismissed !== null) setDismissed(null)
  const list = useSuggestions(options.conversationId, wanted)
  const open = wanted !== null && list.length > 0
  const active = open ? (list.find(({ key }) => key === moved) ?? list[0]) : undefined

  const choose = (suggestion: Suggestion) => {
    if (wanted) put(wanted, suggestion.insert)
  }
  const move = (step: number) => {
    const at = active ? list.indexOf(active) : -1
    setMoved(list.at((at + step) % list.length)?.key ?? null)
  }
  /** Whether the key was for the list. */
  const onKeyDown = (event: KeyboardEvent): boolean => {
    if (!active || !wanted || event.ctrlKey || event.metaKey || event.altKey) return false
    if (event.key === 'ArrowDown') move(1)
    else if (event.key === 'ArrowUp') move(-1)
    else if ((event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey) choose(active)
    else if (event.key === 'Escape') setDismissed(wanted.start)
    else return false
    event.preventDefault()
    return true
  }
  const onInput = (next: string, at: number) => {
    setMoved(null)
    setCaret(at)
    const closed = findClosed(next, at)
    const emoji = closed && emojiOf(knownShortcodes(), closed.query)
    if (closed && emoji) put(closed, emoji, next)
    else onChange(next)
  }

  return {
    listId,
    list: open ? list : null,
    active,
    choose,
    onKeyDown,
    onInput,
    /** Puts a text where the caret is. */
    insert: (piece: string) => {
      const { selectionStart = text.length, selectionEnd = text.length } = field.current ?? {}
      put({ start: selectionStart, end: selectionEnd }, piece)
    },
    fieldProps: {
      'aria-autocomplete': 'list',
      'aria-haspopup': 'listbox',
      'aria-controls': open ? listId : undefined,
      'aria-activedescendant': active ? optionId(listId, active) : undefined,
      onSelect: (event: SyntheticEvent<HTMLTextAreaElement>) =>
        setCaret(caretOf(event.currentTarget)),
      onBlur: () => setCaret(null),
    } as const,
  }
}

function caretOf({ selectionStart, selectionEnd }: HTMLTextAreaElement): number | null {
  return selectionStart === selectionEnd ? selectionEnd : null
}

/** Replaces a part of the text and sets the caret behind it, once the field shows it. */
function usePut(
  field: RefObject<HTMLTextAreaElement | null>,
  text: string,
  onChange: (text: string) => void,
) {
  const pending = useRef<number | null>(null)
  useLayoutEffect(() => {
    if (pending.current === null) return
    field.current?.focus()
    field.current?.setSelectionRange(pending.current, pending.current)
    pending.current = null
  }, [field, text])
  return (place: Pick<Token, 'start' | 'end'>, by: string, whole = text) => {
    const next = replaceToken(whole, place, by)
    pending.current = next.caret
    onChange(next.text)
  }
}
