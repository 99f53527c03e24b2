import { useId, type ReactNode } from 'react'

/** A heading, a hairline, and the settings below it. */
export function SettingsGroup({ title, children }: { title?: string; children: ReactNode }) {
  const id = useId()
  return (
    <section className="mt-7" aria-labelledby={title === undefined ? undefined : id}>
      {title !== undefined && (
        <h2 id={id} className="border-b border-line pb-2.5 text-md font-semi">
          {title}
        </h2>
      )}
      <div className="pt-1.5">{children}</div>
    </section>
  )
}

/** What a setting is called and means at the start of the line, its value or control at the end. */
export function SettingsRow(props: { label: string; hint?: ReactNode; children: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 py-2.5">
      <div className="min-w-48 flex-1">
        <p className="text-msg">{props.label}</p>
        {props.hint !== undefined && <p className="text-snippet text-ink-2">{props.hint}</p>}
      </div>
      {props.children}
    </div>
  )
}
