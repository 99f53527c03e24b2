const body =
  'M1.6 21C7 20.5 9.9 17 10.9 12.2 12 6.6 15.6 3.2 20.2 3.2c3.5 0 6.2 2.1 7.1 5.2l3.3 1.7c.5.3.5.9 0 1.2l-3 1.5C27 19.8 22.4 24.4 15.4 24.4c-4.6 0-9-1.1-13.9-2.6-.5-.1-.4-.7.1-.8ZM20.9 7.9a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6Z'

/** The bird on its perch, in the colour of the text around it. Decoration: the name stands beside it. */
export function Mark({ className = 'size-7' }: { className?: string }) {
  return (
    <svg aria-hidden viewBox="0 0 32 32" className={className}>
      <path fill="currentColor" fillRule="evenodd" d={body} />
      <rect fill="currentColor" x="4" y="26.2" width="25" height="3" rx="1.5" />
    </svg>
  )
}

/** The bird alone, feet at the lower edge. */
export function Bird({ className }: { className: string }) {
  return (
    <svg aria-hidden viewBox="1 3 30 21.4" className={className}>
      <path fill="currentColor" fillRule="evenodd" d={body} />
    </svg>
  )
}
