import { Search, X } from 'lucide-react'
import type { ComponentProps } from 'react'
import { useTranslation } from 'react-i18next'

import { cn } from './cn.ts'
import { Icon } from './Icon.tsx'
import { Kbd } from './Kbd.tsx'

/** A field that filters or searches as one types. `shortcut` is shown while it is empty. */
export function SearchField({
  label,
  value,
  onValueChange,
  shortcut,
  className,
  ...rest
}: Omit<ComponentProps<'input'>, 'value' | 'onChange' | 'type'> & {
  label: string
  value: string
  onValueChange: (value: string) => void
  shortcut?: string | undefined
}) {
  const { t } = useTranslation()
  return (
    <div className={cn('relative', className)}>
      <Icon
        of={Search}
        className="pointer-events-none absolute inset-s-2.5 top-1/2 -translate-y-1/2 text-ink-2"
      />
      <input
        placeholder={label}
        spellCheck={false}
        autoComplete="off"
        enterKeyHint="search"
        {...rest}
        type="search"
        aria-label={label}
        value={value}
        onChange={(event) => onValueChange(event.target.value)}
        className="h-9 w-full rounded-lg bg-hover ps-10 pe-10 text-md text-ellipsis text-ink placeholder:text-ink-2 hover:bg-selected/60 focus-visible:outline-offset-0 pointer-coarse:h-11 pointer-coarse:text-msg"
      />
      {value === '' && shortcut !== undefined && (
        <Kbd className="pointer-events-none absolute inset-e-2.5 top-1/2 -translate-y-1/2 pointer-coarse:hidden">
          {shortcut}
        </Kbd>
      )}
      {value !== '' && (
        <button
          type="button"
          aria-label={t('clear')}
          title={t('clear')}
          onClick={() => onValueChange('')}
          className="hit absolute! inset-e-2 top-1/2 inline-grid size-6 -translate-y-1/2 place-items-center rounded-sm text-ink-2 hover:text-ink"
        >
          <Icon of={X} inline />
        </button>
      )}
    </div>
  )
}
