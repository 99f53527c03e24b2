/** Owns the one short notice at the bottom: a new one takes the place of the last. */
import { useEffect, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'

/**
 * Its words are said when it is shown, as the language may change meanwhile: by i18next itself, because
 * the `t` of a component stays with the language that it was rendered in.
 */
export interface Toast {
  readonly text: () => string
  readonly action?: { readonly label: () => string; readonly onSelect: () => void }
  /** Called when it goes, or another takes its place, without the action having been chosen. */
  readonly onGone?: () => void
}

const lasts = 6_000
let current: (Toast & { readonly id: number }) | null = null
let nextId = 1
const listeners = new Set<() => void>()

function set(toast: typeof current): void {
  current = toast
  for (const listener of listeners) listener()
}

function replace(toast: typeof current): void {
  const gone = current
  set(toast)
  gone?.onGone?.()
}

/**
 * Shows a notice for six seconds, longer while someone points at it or is about to act on it. Returns
 * a function that takes it away sooner.
 */
export function showToast(toast: Toast): () => void {
  const id = nextId++
  replace({ ...toast, id })
  return () => {
    if (current?.id === id) replace(null)
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Where notices appear; once in the app. On a phone above the composer, not over it. */
export function ToastRegion() {
  const toast = useSyncExternalStore(subscribe, () => current)
  useTranslation()
  return (
    <output className="pointer-events-none fixed inset-x-4 bottom-4 z-10 flex max-wide:bottom-[calc(env(safe-area-inset-bottom)+80px)]">
      {toast && <Notice key={toast.id} toast={toast} />}
    </output>
  )
}

function Notice({ toast }: { toast: Toast }) {
  const [held, setHeld] = useState(false)
  useEffect(() => {
    if (held) return
    const timer = setTimeout(() => replace(null), lasts)
    return () => clearTimeout(timer)
  }, [held])
  const { action } = toast
  return (
    <div
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      className="pointer-events-auto flex min-h-11 animate-rise items-center gap-4 rounded-lg bg-strong px-4 py-2.5 text-md text-on-strong shadow-2"
    >
      <span>{toast.text()}</span>
      {action && (
        <button
          type="button"
          onClick={() => {
            set(null)
            action.onSelect()
          }}
          className="hit rounded-sm font-semi text-brand outline-offset-4 dark:text-on-brand dark:underline"
        >
          {action.label()}
        </button>
      )}
    </div>
  )
}
