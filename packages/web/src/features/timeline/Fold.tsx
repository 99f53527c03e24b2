import { useLayoutEffect, useRef, useState, type ReactNode, type RefObject } from 'react'
import { useTranslation } from 'react-i18next'

import { foldedLines, foldFrom, isUnfolded, unfold } from './folding.ts'

/**
 * A text that may be too long to be shown at once. What is hidden stays in the document, and is read
 * out with its message.
 */
export function Fold(props: {
  /** That of the message. */
  id: string
  /** Keeps a line clear of the time. */
  space: ReactNode
  onUnfold: () => void
  children: ReactNode
}) {
  const { t } = useTranslation('timeline')
  const text = useRef<HTMLDivElement>(null)
  const long = useIsLong(text)
  const [open, setOpen] = useState(() => isUnfolded(props.id))
  const folded = long && !open
  useHiddenLinks(text, folded)
  const show = () => {
    unfold(props.id)
    props.onUnfold()
    setOpen(true)
    // The button goes, and the focus must not go with it.
    text.current?.closest<HTMLElement>('[data-message]')?.focus({ preventScroll: true })
  }
  return (
    <>
      <div
        className={folded ? 'overflow-clip' : undefined}
        style={folded ? { maxHeight: `calc(${foldedLines} * var(--lead-msg))` } : undefined}
      >
        <div ref={text}>
          {props.children}
          {props.space}
        </div>
      </div>
      {folded && (
        <>
          <button
            type="button"
            aria-expanded={false}
            onClick={show}
            className="hit rounded-xs font-semi text-link hover:underline"
          >
            {t('readMore')}
          </button>
          {props.space}
        </>
      )}
    </>
  )
}

/** Measured before it is first painted, and again whenever its lines break differently. */
function useIsLong(text: RefObject<HTMLElement | null>): boolean {
  const [long, setLong] = useState(false)
  useLayoutEffect(() => {
    const element = text.current
    if (!element) return undefined
    const measure = () => {
      const line = Number.parseFloat(getComputedStyle(element).lineHeight)
      setLong(element.offsetHeight > foldFrom * line)
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [text])
  return long
}

/** Nobody should come by Tab to what cannot be seen. */
function useHiddenLinks(text: RefObject<HTMLElement | null>, folded: boolean): void {
  useLayoutEffect(() => {
    const element = text.current
    if (!element || !folded) return undefined
    const edge = element.parentElement?.getBoundingClientRect().bottom ?? Infinity
    const hidden = [...element.querySelectorAll<HTMLElement>('a, button')].filter(
      (each) => each.getBoundingClientRect().bottom > edge + 1,
    )
    for (const each of hidden) each.inert = true
    return () => hidden.forEach((each) => (each.inert = false))
  }, [text, folded])
}
