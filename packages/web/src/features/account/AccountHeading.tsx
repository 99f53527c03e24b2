import type { ReactNode } from 'react'

/** What this screen is for: usually the name of the server and a sentence. */
export function AccountHeading({ title, text }: { title: string; text: ReactNode }) {
  return (
    <>
      <h1 className="text-2xl font-bold wrap-anywhere">
        <bdi>{title}</bdi>
      </h1>
      <p className="mt-2 text-msg text-ink-2">{text}</p>
    </>
  )
}
