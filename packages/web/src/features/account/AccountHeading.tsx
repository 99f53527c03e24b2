import { useEffect, useRef, type ReactNode } from 'react'

/**
 * What this screen is for: usually the name of the server and a sentence. With `news` it has taken the
 * place of a form, and the focus with it, so that it is read out.
 */
export function AccountHeading(props: { title: string; text: ReactNode; news?: boolean }) {
  const { news = false } = props
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (news) heading.current?.focus()
  }, [news])
  return (
    <>
      <h1
        ref={heading}
        tabIndex={news ? -1 : undefined}
        className="text-2xl font-bold wrap-anywhere outline-none"
      >
        <bdi>{props.title}</bdi>
      </h1>
      <p className="mt-2 text-msg text-ink-2">{props.text}</p>
    </>
  )
}
