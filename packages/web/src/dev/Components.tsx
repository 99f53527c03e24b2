/** Shows every component in every state, by day and by night, in the order of the design's sheet. */
import { useEffect, type ReactNode } from 'react'

import { Mark } from '../ui/Mark.tsx'
import { Buttons, Choices, Colours, Faces, Fields, Marks } from './Basics.tsx'
import { Bars, Empty, Overlays, Skeletons } from './Frames.tsx'
import { enterSampleWorld } from './sample-world.ts'
import { showStates } from './show-states.ts'
import { Messages, OwnMessages, Rows, Timeline } from './Talk.tsx'
import { Writing } from './Writing.tsx'

enterSampleWorld()

export function Components() {
  useEffect(showStates, [])
  return (
    <div className="grid h-dvh grid-cols-1 overflow-y-auto panel:grid-cols-2">
      <Sheet theme="light" />
      <Sheet theme="dark" />
    </div>
  )
}

function Sheet({ theme }: { theme: 'light' | 'dark' }) {
  return (
    <div data-theme={theme} className="flex flex-col gap-10 bg-bg p-8 text-ink">
      <h1 className="flex flex-wrap items-end gap-4 text-2xl font-bold">
        {['size-4', 'size-6', 'size-10', 'size-16'].map((size) => (
          <Mark key={size} className={size} />
        ))}
        <img alt="" src="/app-icon.svg" className="size-16 rounded-bubble" />
        Roost, {theme}
      </h1>
      <Group title="Colour" of={<Colours />} />
      <Group title="Avatars" of={<Faces />} />
      <Group title="Buttons" of={<Buttons />} />
      <Group title="Fields" of={<Fields />} />
      <Group title="Switches and choices" of={<Choices />} />
      <Group title="Badges and ticks" of={<Marks />} />
      <Group title="List rows" of={<Rows />} />
      <Group title="Messages from others" of={<Messages />} />
      <Group title="Your messages" of={<OwnMessages />} />
      <Group title="Timeline" of={<Timeline />} />
      <Group title="Composer" of={<Writing />} />
      <Group title="Menus, dialogs, toasts" of={<Overlays />} />
      <Group title="Banners" of={<Bars />} />
      <Group title="Skeletons" of={<Skeletons />} />
      <Group title="Empty" of={<Empty />} />
    </div>
  )
}

function Group({ title, of }: { title: string; of: ReactNode }) {
  return (
    <section>
      <h2 className="mb-4 border-b border-line pb-2 text-md font-semi">{title}</h2>
      {of}
    </section>
  )
}
