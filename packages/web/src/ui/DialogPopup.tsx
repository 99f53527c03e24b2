import { Dialog as Base } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'

import { useBackCloses } from './back-closes.ts'
import { cn } from './cn.ts'
import type { DialogProps } from './Dialog.tsx'
import { IconButton } from './IconButton.tsx'

/** The dialog itself, on Base UI. Loaded by Dialog.tsx when one is first opened. */
export function DialogPopup(props: DialogProps & { opener: Element | null }) {
  const { t } = useTranslation()
  const { small = false, opener } = props
  const popup = useRef<HTMLDivElement>(null)
  useBackCloses(props.open, () => props.onOpenChange(false))
  /** Back to the opener, unless what was done here has led the focus elsewhere already. */
  const returnFocus = () => {
    const active = document.activeElement
    const here = active === document.body || popup.current?.contains(active)
    if (!here) return false
    if (opener instanceof HTMLElement && opener.isConnected) return opener
    return props.focusInstead?.() ?? true
  }
  return (
    <Base.Root open={props.open} onOpenChange={(open) => props.onOpenChange(open)}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 bg-scrim transition-opacity duration-base data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Popup
          ref={popup}
          finalFocus={returnFocus}
          {...(props.initialFocus ? { initialFocus: props.initialFocus } : {})}
          className={cn(
            'fixed flex flex-col bg-raised text-ink shadow-2 outline-none [--hover:var(--hover-up)]',
            'transition-[opacity,transform] duration-slow ease-out',
            'data-ending-style:opacity-0 data-starting-style:translate-y-2 data-starting-style:opacity-0',
            small
              ? 'inset-x-4 top-1/2 m-auto max-h-[calc(100dvh-2rem)] max-w-(--w-ask) -translate-y-1/2 rounded-dialog data-starting-style:-translate-y-[calc(50%-8px)]'
              : 'inset-x-0 top-0 h-(--visible,100dvh) wide:top-[10vh] wide:m-auto wide:h-auto wide:max-h-[80vh] wide:w-(--w-dialog) wide:rounded-dialog',
          )}
        >
          <header className={cn('flex items-start gap-3 px-5', small ? 'pt-5' : 'pt-4')}>
            <div className="min-w-0 flex-1 py-[calc((var(--hit)-var(--lead-lg))/2)]">
              <Base.Title className="text-lg font-semi wrap-anywhere">{props.title}</Base.Title>
              {props.description !== undefined && (
                <Base.Description className="mt-1 text-md wrap-anywhere text-ink-2">
                  {props.description}
                </Base.Description>
              )}
            </div>
            {!small && (
              <Base.Close
                render={
                  <IconButton label={t('close')} icon={X} className="-me-2 hover:bg-hover-up" />
                }
              />
            )}
          </header>
          {props.children !== undefined && (
            <div className="flex min-h-0 flex-1 flex-col overflow-y-auto">{props.children}</div>
          )}
          {props.footer !== undefined && (
            <footer
              className={cn(
                'flex items-center justify-end gap-2 px-5',
                small ? 'pt-4 pb-5' : 'border-t border-line py-3 pb-(--safe-bottom)',
              )}
            >
              {props.footer}
            </footer>
          )}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
