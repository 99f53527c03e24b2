import { memo, useMemo } from 'react'

import { useStore } from '../../client/use-store.ts'
import { cn } from '../../ui/cn.ts'
import { isolate } from '../conversation/names.ts'
import { useShowDetails } from '../conversation/use-details.ts'
import { parseText, type Part } from './parse-text.ts'
import { useMentioned } from './use-plain-text.ts'

interface Surroundings {
  readonly mine: boolean
  readonly names: ReadonlyMap<string, string>
}

/** What a person wrote, with its marks. Built of elements: nothing in it is ever read as markup. */
export const MessageText = memo(function MessageText(props: {
  text: string
  mentions: readonly string[] | undefined
  mine: boolean
}) {
  const { text, mine } = props
  const { named, names } = useMentioned(props.mentions)
  const parts = useMemo(() => parseText(text, named), [text, named])
  return <Parts parts={parts} mine={mine} names={names} />
})

function Parts({ parts, ...around }: Surroundings & { parts: readonly Part[] }) {
  return parts.map((part, index) => (
    <Shown key={index} part={part} last={index === parts.length - 1} {...around} />
  ))
}

function Shown({ part, last, ...around }: Surroundings & { part: Part; last: boolean }) {
  switch (part.type) {
    case 'text':
      return part.text
    case 'bold':
      return (
        <strong className="font-bold">
          <Parts parts={part.parts} {...around} />
        </strong>
      )
    case 'italic':
      return (
        <em>
          <Parts parts={part.parts} {...around} />
        </em>
      )
    case 'strike':
      return (
        <s>
          <Parts parts={part.parts} {...around} />
        </s>
      )
    case 'code':
      return (
        <code dir="ltr" className={cn('rounded-xs px-1 py-px text-[0.9em]', fill(around.mine))}>
          {part.text}
        </code>
      )
    case 'block':
      return (
        <code
          dir="ltr"
          className={cn(
            'mx-[-6px] mt-1 block rounded-md px-3 py-2 text-[0.9em]/[1.5] first:mt-[-1px]',
            // The time follows on a line of its own.
            last ? 'mb-[-4px]' : 'mb-1',
            fill(around.mine),
          )}
        >
          {part.text}
        </code>
      )
    case 'link':
      return (
        <a
          href={part.href}
          target="_blank"
          rel="noopener noreferrer"
          className="text-link underline decoration-1 underline-offset-2"
        >
          {part.text}
        </a>
      )
    case 'mention':
      return <Mention userId={part.userId} name={around.names.get(part.userId) ?? part.text} />
  }
}

/** Leads to the person. Mine is marked: it is what one looks for. */
function Mention({ userId, name }: { userId: string; name: string }) {
  const me = useStore((state) => state.me?.id === userId)
  const show = useShowDetails()
  return (
    <button
      type="button"
      dir="auto"
      onClick={() => show(userId)}
      className={cn(
        'inline rounded-xs text-start font-semi',
        me
          ? 'bg-mention-bg box-decoration-clone px-1 text-own-ink'
          : 'text-mention hover:underline hover:underline-offset-2',
      )}
    >
      {`@${isolate(name)}`}
    </button>
  )
}

function fill(mine: boolean): string {
  return mine ? 'bg-own-fill' : 'bg-other-fill'
}
