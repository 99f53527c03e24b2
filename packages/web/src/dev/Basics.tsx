import { PanelRight, Search } from 'lucide-react'
import { useId, useState, type ReactNode } from 'react'

import { Avatar } from '../ui/Avatar.tsx'
import { MentionBadge, UnreadBadge } from '../ui/Badge.tsx'
import { Button } from '../ui/Button.tsx'
import { CheckMark } from '../ui/CheckMark.tsx'
import { Chip } from '../ui/Chip.tsx'
import { CopyField } from '../ui/CopyField.tsx'
import { Field } from '../ui/Field.tsx'
import { Highlight } from '../ui/Highlight.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { hues } from '../ui/identity.ts'
import { Kbd } from '../ui/Kbd.tsx'
import { RadioRow } from '../ui/RadioRow.tsx'
import { Saved } from '../ui/Saved.tsx'
import { SearchField } from '../ui/SearchField.tsx'
import { Segmented } from '../ui/Segmented.tsx'
import { Select } from '../ui/Select.tsx'
import { Slider } from '../ui/Slider.tsx'
import { Switch } from '../ui/Switch.tsx'
import { Tick } from '../ui/Tick.tsx'

/** Examples side by side, each with the name of its state. */
export function Row({ children }: { children: ReactNode }) {
  return <div className="mb-4 flex flex-wrap items-end gap-x-4 gap-y-3 last:mb-0">{children}</div>
}

function State({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex flex-col items-start gap-1">
      {children}
      <span className="text-sm text-ink-2">{name}</span>
    </div>
  )
}

const colours = [
  ['bg-bg', 'bg-side', 'bg-raised', 'bg-field', 'bg-hover', 'bg-hover-up', 'bg-selected'],
  ['bg-line', 'bg-line-strong', 'bg-ink', 'bg-ink-2', 'bg-ink-3', 'bg-strong', 'bg-muted'],
  ['bg-brand', 'bg-brand-text', 'bg-own', 'bg-own-fill', 'bg-other', 'bg-other-fill'],
  ['bg-link', 'bg-read', 'bg-focus', 'bg-mention', 'bg-mention-bg', 'bg-danger'],
  ['bg-danger-bg', 'bg-success', 'bg-success-bg', 'bg-online'],
]

export function Colours() {
  return colours.map((row) => (
    <Row key={row[0]}>
      {row.map((colour) => (
        <span key={colour} className="flex w-24 items-center gap-2 text-sm">
          <span className={`size-6 shrink-0 rounded-sm border border-line ${colour}`} />
          {colour.slice(3)}
        </span>
      ))}
    </Row>
  ))
}

const people = ['Ingrid Sørensen', 'Opa Karl', 'Tomasz Wilk', 'ليلى حداد', '陈静', 'Ян']

export function Faces() {
  return (
    <Row>
      {people.map((name) => (
        <Avatar key={name} id={name} name={name} kind="person" size={44} />
      ))}
      <Avatar id="online" name="Nora" kind="person" size={44} online />
      <Avatar id="picture" name="Nora" kind="person" size={44} picture="picture" />
      <Avatar id="lost" name="Room" kind="room" size={44} picture="picture" />
      {hues.map((hue) => (
        <Avatar key={hue} id={hue} name={`Room ${hue}`} kind="room" size={44} />
      ))}
      <Avatar id="self" name="Nora" kind="self" size={44} />
      <Avatar id="small" name="Nora Brandt" kind="person" size={24} />
      <Avatar id="large" name="Nora Brandt" kind="person" size={88} />
    </Row>
  )
}

export function Buttons() {
  return (
    <>
      <Row>
        {(['rest', 'is-hover', 'is-active', 'is-focus'] as const).map((state) => (
          <State key={state} name={state}>
            <Button variant="primary" className={state}>
              Save
            </Button>
          </State>
        ))}
        <State name="busy">
          <Button variant="primary" busy>
            Save
          </Button>
        </State>
        <State name="disabled">
          <Button variant="primary" disabled>
            Save
          </Button>
        </State>
      </Row>
      <Row>
        {(['secondary', 'quiet', 'danger'] as const).map((variant) => (
          <State key={variant} name={variant}>
            <Button variant={variant}>Invite</Button>
          </State>
        ))}
        <State name="secondary is-hover">
          <Button className="is-hover">Invite</Button>
        </State>
        <State name="small">
          <Button size="sm">Try again</Button>
        </State>
        <State name="large">
          <Button variant="primary" size="lg">
            Sign in
          </Button>
        </State>
      </Row>
      <Row>
        {(['rest', 'is-hover', 'is-focus'] as const).map((state) => (
          <State key={state} name={state}>
            <IconButton label="Search" icon={Search} className={state} />
          </State>
        ))}
        <State name="on">
          <IconButton label="Panel" icon={PanelRight} pressed />
        </State>
        <State name="disabled">
          <IconButton label="Search" icon={Search} disabled />
        </State>
      </Row>
    </>
  )
}

export function Fields() {
  const [query, setQuery] = useState('')
  return (
    <div className="grid gap-4 wide:grid-cols-2">
      <Field label="Rest" placeholder="Your name" />
      <Field label="Focus" defaultValue="Nora" />
      <Field label="Wrong" defaultValue="nora@moewen" error="Needs a full address" />
      <Field label="Disabled" defaultValue="nora" disabled hint="It stays as it is." />
      <Field label="Secret" type="password" defaultValue="lamplight" aside="98 characters left" />
      <CopyField label="To pass on" value="https://chat.example.org/invite/4fK2" />
      <SearchField label="Search" value={query} onValueChange={setQuery} shortcut="Ctrl K" />
      <SearchField label="Search" value={query || 'fer'} onValueChange={setQuery} />
      <p className="font-semi">
        <Highlight text="Lucía Ferrer" query={query || 'er'} />
      </p>
      <div>
        <Chip
          picture={<Avatar id="diego" name="Diego Ferrer" kind="person" size={20} />}
          remove="Remove Diego Ferrer"
          onRemove={() => {}}
        >
          Diego Ferrer
        </Chip>
      </div>
    </div>
  )
}

export function Choices() {
  const [on, setOn] = useState(true)
  const [theme, setTheme] = useState<'light' | 'dark'>('light')
  const [zoom, setZoom] = useState(2)
  const name = useId()
  const options = [
    { value: 'light' as const, text: 'Light' },
    { value: 'dark' as const, text: 'Dark' },
  ]
  return (
    <div className="grid gap-x-8 gap-y-4 wide:grid-cols-2">
      <div>
        <Switch label="On or off" hint="Applied at once" checked={on} onCheckedChange={setOn} />
        <Switch label="Off" checked={false} onCheckedChange={setOn} />
        <Switch label="Disabled" checked disabled onCheckedChange={setOn} />
      </div>
      <div>
        {options.map(({ value, text }) => (
          <RadioRow
            key={value}
            name={name}
            label={text}
            hint="A line about it"
            checked={theme === value}
            onChoose={() => setTheme(value)}
          />
        ))}
      </div>
      <Segmented label="Theme" value={theme} options={options} onValueChange={setTheme} />
      <Row>
        <Select label="Theme" value={theme} options={options} onValueChange={setTheme} />
        <CheckMark checked={false} />
        <CheckMark checked />
        <Kbd>Ctrl K</Kbd>
      </Row>
      <Slider
        label="Zoom"
        min={1}
        max={5}
        step={0.1}
        value={zoom}
        text={String(zoom)}
        onValueChange={setZoom}
      />
      <Saved time={1} />
    </div>
  )
}

export function Marks() {
  return (
    <Row>
      <State name="unread">
        <UnreadBadge count={3} />
      </State>
      <State name="many">
        <UnreadBadge count={120} />
      </State>
      <State name="muted">
        <UnreadBadge count={23} muted />
      </State>
      <State name="mention">
        <MentionBadge />
      </State>
      {(['waiting', 'stored', 'delivered', 'read', 'failed'] as const).map((state) => (
        <State key={state} name={state}>
          <Tick state={state} className="h-5 text-ink-2" />
        </State>
      ))}
    </Row>
  )
}
