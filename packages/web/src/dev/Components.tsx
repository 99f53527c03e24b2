/** Shows every component in every state, in the order of the design's component sheet. */
import {
  Copy,
  EllipsisVertical,
  Forward,
  PanelRight,
  Pencil,
  Reply,
  Search,
  Trash2,
  WifiOff,
} from 'lucide-react'
import { useState, type ReactNode } from 'react'

import { Avatar } from '../ui/Avatar.tsx'
import { MentionBadge, UnreadBadge } from '../ui/Badge.tsx'
import { Banner } from '../ui/Banner.tsx'
import { Button } from '../ui/Button.tsx'
import { CheckMark } from '../ui/CheckMark.tsx'
import { Chip } from '../ui/Chip.tsx'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { Field } from '../ui/Field.tsx'
import { Highlight } from '../ui/Highlight.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { hues } from '../ui/identity.ts'
import { Mark } from '../ui/Mark.tsx'
import { Menu } from '../ui/Menu.tsx'
import { RadioRow } from '../ui/RadioRow.tsx'
import { SearchField } from '../ui/SearchField.tsx'
import { Segmented } from '../ui/Segmented.tsx'
import { Select } from '../ui/Select.tsx'
import { SkeletonRows } from '../ui/Skeleton.tsx'
import { Switch } from '../ui/Switch.tsx'
import { Tick } from '../ui/Tick.tsx'
import { showToast } from '../ui/Toast.tsx'

const people = ['Ingrid Sørensen', 'Opa Karl', 'Tomasz Wilk', 'Nora', 'ليلى حداد', '陈静', 'Ян']

export function Components() {
  return (
    <div className="h-dvh overflow-y-auto p-8">
      <h1 className="mb-6 flex items-center gap-3 text-2xl font-bold">
        <Mark className="size-10" /> Roost components
      </h1>
      <div className="grid gap-10 wide:grid-cols-3">
        <Buttons />
        <Fields />
        <Choices />
        <Faces />
        <Marks />
        <Overlays />
        <Group title="Skeletons">
          <div className="w-full rounded-lg bg-side">
            <SkeletonRows count={4} />
          </div>
        </Group>
        <Group title="Banners">
          <Banner text="Connecting. Messages will go out when you are back." />
          <Banner icon={WifiOff} text="Offline. You can keep writing." />
        </Group>
      </div>
      <div className="mt-10 flex h-[480px] border-t border-line">
        <EmptyState title="Nothing here yet" text="A sentence, or two." />
      </div>
    </div>
  )
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h2 className="mb-4 border-b border-line pb-2 text-md font-semi">{title}</h2>
      <div className="flex flex-wrap items-center gap-3">{children}</div>
    </section>
  )
}

function Buttons() {
  return (
    <Group title="Buttons">
      <Button variant="primary">Save</Button>
      <Button variant="primary" busy>
        Save
      </Button>
      <Button variant="primary" disabled>
        Save
      </Button>
      <Button>Invite</Button>
      <Button variant="quiet">Cancel</Button>
      <Button variant="danger">Delete</Button>
      <Button size="sm">Small</Button>
      <Button variant="primary" size="lg">
        Large
      </Button>
      <IconButton label="Search" icon={Search} />
      <IconButton label="Panel" icon={PanelRight} pressed />
      <IconButton label="Disabled" icon={Search} disabled />
    </Group>
  )
}

function Fields() {
  const [query, setQuery] = useState('')
  return (
    <Group title="Fields">
      <Field label="Name" placeholder="Your name" className="w-full" />
      <Field label="E-mail" defaultValue="nora@moewen" error="Needs a full address" />
      <Field label="Disabled" defaultValue="@nora" disabled hint="A hint" />
      <Field label="Password" type="password" defaultValue="lamplight" />
      <SearchField label="Search" value={query} onValueChange={setQuery} shortcut="Ctrl K" />
      <p className="font-semi">
        <Highlight text="Lucía Ferrer" query={query || 'er'} />
      </p>
      <Chip
        picture={<Avatar id="a" name="Diego Ferrer" kind="person" size={22} />}
        remove="Remove Diego Ferrer"
        onRemove={() => showToast({ text: 'Removed' })}
      >
        Diego Ferrer
      </Chip>
    </Group>
  )
}

function Choices() {
  const [on, setOn] = useState(true)
  const [theme, setTheme] = useState<'light' | 'dark'>('light')
  return (
    <Group title="Switches and choices">
      <div className="w-full">
        <Switch label="On or off" hint="Applied at once" checked={on} onCheckedChange={setOn} />
        <Switch label="Off" checked={false} onCheckedChange={setOn} />
        <Switch label="Disabled" checked disabled onCheckedChange={setOn} />
        {(['light', 'dark'] as const).map((value) => (
          <RadioRow
            key={value}
            name="theme"
            label={value}
            checked={theme === value}
            onChoose={() => setTheme(value)}
          />
        ))}
      </div>
      <Segmented
        label="Theme"
        value={theme}
        options={[
          { value: 'light', text: 'Light' },
          { value: 'dark', text: 'Dark' },
        ]}
        onValueChange={setTheme}
      />
      <Select
        label="Theme"
        value={theme}
        options={[
          { value: 'light', text: 'Light' },
          { value: 'dark', text: 'Dark' },
        ]}
        onValueChange={setTheme}
      />
      <CheckMark checked={false} />
      <CheckMark checked />
    </Group>
  )
}

function Faces() {
  return (
    <Group title="Avatars">
      {people.map((name) => (
        <Avatar key={name} id={name} name={name} kind="person" size={44} online={name === 'Nora'} />
      ))}
      {hues.map((hue) => (
        <Avatar key={hue} id={hue} name={`Room ${hue}`} kind="room" size={44} />
      ))}
      <Avatar id="self" name="Nora" kind="self" size={44} />
    </Group>
  )
}

function Marks() {
  return (
    <Group title="Badges and ticks">
      <UnreadBadge count={3} />
      <UnreadBadge count={120} />
      <UnreadBadge count={23} muted />
      <MentionBadge />
      {(['waiting', 'stored', 'delivered', 'read', 'failed'] as const).map((state) => (
        <Tick key={state} state={state} className="text-ink-2" />
      ))}
    </Group>
  )
}

function Overlays() {
  const [open, setOpen] = useState<'dialog' | 'confirm' | null>(null)
  const toast = () =>
    showToast({ text: 'Message deleted', action: { label: 'Undo', onSelect: () => setOpen(null) } })
  return (
    <Group title="Menus, dialogs, toasts">
      <Menu
        align="start"
        trigger={<IconButton label="More" icon={EllipsisVertical} />}
        items={[
          { label: 'Reply', icon: Reply, shortcut: 'R', onSelect: toast },
          { label: 'Copy', icon: Copy, onSelect: toast },
          { label: 'Forward', icon: Forward, onSelect: toast, disabled: true },
          { label: 'Edit', icon: Pencil, shortcut: '↑', onSelect: toast },
          { label: 'Delete', icon: Trash2, danger: true, apart: true, onSelect: toast },
        ]}
      />
      <Button onClick={() => setOpen('dialog')}>Dialog</Button>
      <Button onClick={() => setOpen('confirm')}>Confirm</Button>
      <Button onClick={toast}>Toast</Button>
      <Dialog
        open={open === 'dialog'}
        onOpenChange={() => setOpen(null)}
        title="New chat"
        description="With a sentence below."
        footer={<Button variant="primary">Create</Button>}
      >
        <div className="px-5 pb-4">
          <Field label="Name" />
        </div>
      </Dialog>
      <ConfirmDialog
        open={open === 'confirm'}
        onOpenChange={() => setOpen(null)}
        title="Delete this message?"
        description="Everyone in the chat will see that it was deleted."
        action="Delete for everyone"
        danger
        onConfirm={() => setOpen(null)}
      />
    </Group>
  )
}
