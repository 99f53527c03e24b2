import { Check, Copy } from 'lucide-react'
import { useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { Button } from './Button.tsx'
import { copyText } from './copy-text.ts'
import { Icon } from './Icon.tsx'

/** A text to pass on, such as a link just made, with a button that copies it. It takes the focus. */
export function CopyField({ label, value }: { label: string; value: string }) {
  const { t } = useTranslation()
  const id = useId()
  const field = useRef<HTMLInputElement>(null)
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 3_000)
    return () => clearTimeout(timer)
  }, [copied])
  useEffect(() => {
    // After the dialog around it has caught the focus of the form that this takes the place of.
    const frame = requestAnimationFrame(() => field.current?.focus())
    return () => cancelAnimationFrame(frame)
  }, [])
  const copy = async () => {
    if (await copyText(value)) setCopied(true)
    // Selected, it can be copied by hand.
    else field.current?.select()
  }
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block text-sm font-semi">
        {label}
      </label>
      <div className="flex items-center gap-2">
        <input
          ref={field}
          id={id}
          readOnly
          dir="ltr"
          value={value}
          onFocus={({ target }) => {
            target.select()
            // A field that gets the focus shows its end; of a link the beginning says more.
            target.scrollLeft = 0
          }}
          className="h-(--h-field) min-w-0 flex-1 rounded-md border border-line-strong bg-transparent px-3 text-md text-ink"
        />
        <Button variant="primary" className="min-h-(--h-field)" onClick={() => void copy()}>
          <Icon of={copied ? Check : Copy} inline />
          {t(copied ? 'copied' : 'copy')}
        </Button>
      </div>
      <output className="sr-only">{copied && t('copied')}</output>
    </div>
  )
}
