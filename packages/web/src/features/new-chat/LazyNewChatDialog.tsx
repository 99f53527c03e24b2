import { lazy, Suspense, useState, type ComponentProps } from 'react'

const NewChatDialog = lazy(() =>
  import('./NewChatDialog.tsx').then((module) => ({ default: module.NewChatDialog })),
)

/** The dialog that begins a conversation, fetched when it is first opened. */
export function LazyNewChatDialog(props: ComponentProps<typeof NewChatDialog>) {
  const [wanted, setWanted] = useState(props.open)
  if (props.open && !wanted) setWanted(true)
  return wanted ? (
    <Suspense>
      <NewChatDialog {...props} />
    </Suspense>
  ) : null
}
