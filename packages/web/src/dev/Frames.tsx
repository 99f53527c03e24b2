import { Copy, EllipsisVertical, Forward, Pencil, Reply, Trash2, WifiOff } from 'lucide-react'
import { useState } from 'react'

import { Banner } from '../ui/Banner.tsx'
import { Button } from '../ui/Button.tsx'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { ContextMenu } from '../ui/ContextMenu.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { Field } from '../ui/Field.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { Menu, type MenuItem } from '../ui/Menu.tsx'
import { SkeletonRows } from '../ui/Skeleton.tsx'
import { showToast } from '../ui/Toast.tsx'
import { Row } from './Basics.tsx'

export function Skeletons() {
  return (
    <div className="rounded-lg bg-side">
      <SkeletonRows count={4} />
    </div>
  )
}

export function Bars() {
  return (
    <div className="flex flex-col gap-3">
      <Banner text="Connecting. Messages will go out when you are back." />
      <Banner icon={WifiOff} text="Offline. You can keep writing." />
    </div>
  )
}

export function Empty() {
  return (
    <div className="flex h-96">
      <EmptyState title="Nothing here yet" text="A sentence, or two." />
    </div>
  )
}

/** They open in the theme of the page. */
export function Overlays() {
  const [open, setOpen] = useState<'dialog' | 'confirm' | null>(null)
  const toast = () =>
    void showToast({
      text: () => 'Message deleted',
      action: { label: () => 'Undo', onSelect: () => setOpen(null) },
    })
  const items: MenuItem[] = [
    { label: 'Reply', icon: Reply, shortcut: { key: 'R' }, onSelect: toast },
    { label: 'Copy', icon: Copy, onSelect: toast },
    { label: 'Forward', icon: Forward, onSelect: toast, disabled: true },
    { label: 'More', icon: Pencil, items: [{ label: 'Edit', onSelect: toast }] },
    { label: 'Delete', icon: Trash2, danger: true, apart: true, onSelect: toast },
  ]
  return (
    <Row>
      <Menu
        align="start"
        trigger={<IconButton label="More" icon={EllipsisVertical} />}
        items={items}
      />
      <ContextMenu target={<Button>Click right, or hold</Button>} items={items} />
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
    </Row>
  )
}
