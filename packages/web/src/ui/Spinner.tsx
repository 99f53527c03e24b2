/** Three quarters of a ring. Only for a button or a bar that is busy; content gets a Skeleton. */
export function Spinner() {
  return (
    <svg aria-hidden viewBox="0 0 16 16" className="size-4 shrink-0 animate-spin">
      <path
        d="M13.6 11.2A6.5 6.5 0 1 1 12.6 3.4"
        fill="none"
        stroke="currentColor"
        strokeWidth="2"
        strokeLinecap="round"
      />
    </svg>
  )
}
