import type { ReactNode } from 'react'

/** Something small drawn inline that says something: to a screen reader it is a picture with a name. */
export function Glyph(props: {
  name: string
  /** Whether the name is also its tooltip. */
  tooltip?: boolean
  className: string
  children: ReactNode
}) {
  return (
    <span
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- there is no file for an <img> to show
      role="img"
      aria-label={props.name}
      title={props.tooltip ? props.name : undefined}
      className={props.className}
    >
      {props.children}
    </span>
  )
}
