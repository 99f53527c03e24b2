import { ChatRow } from '../features/chats/ChatRow.tsx'
import { keyOf, type Post } from '../features/timeline/build-rows.ts'
import { JumpButton } from '../features/timeline/JumpButton.tsx'
import { MessageRow } from '../features/timeline/MessageRow.tsx'
import { DaySeparator, UnreadDivider } from '../features/timeline/Separators.tsx'
import { TypingBubble } from '../features/timeline/TypingBubble.tsx'
import { now, others, own, rows } from './sample-world.ts'

const looks: Record<string, string> = {
  hover: '[&_a]:bg-hover',
  focus: '[&_a]:outline-2 [&_a]:-outline-offset-2 [&_a]:outline-focus',
}

export function Rows() {
  return (
    <ul className="grid gap-x-6 rounded-lg border border-line bg-side p-2 wide:grid-cols-2">
      {Object.entries(rows).map(([state, { id }]) => (
        <li key={id} className={looks[state]}>
          <ChatRow conversationId={id} query="" selected={state === 'selected'} reachable={false} />
        </li>
      ))}
    </ul>
  )
}

const settled = {
  onUnfold: () => {},
  isFresh: () => false,
  onOpenQuote: () => {},
}

/** The first three are a group; the others stand alone. */
export function Messages() {
  return (
    <List
      posts={others.map((post, at) => ({ post, first: at === 0 || at > 2, last: at >= 2 }))}
      room
    />
  )
}

export function OwnMessages() {
  return <List posts={own.map((post) => ({ post, first: true, last: true }))} room={false} />
}

function List(props: { posts: { post: Post; first: boolean; last: boolean }[]; room: boolean }) {
  return (
    <div className="flex flex-col gap-2.5">
      {props.posts.map(({ post, first, last }) => (
        <MessageRow
          key={keyOf(post)}
          {...settled}
          post={post}
          first={first}
          last={last}
          room={props.room}
          lit={post.body.startsWith('Found')}
        />
      ))}
    </div>
  )
}

export function Timeline() {
  return (
    <div className="relative flex h-56 flex-col gap-4">
      <DaySeparator day={now} />
      <UnreadDivider count={3} />
      <TypingBubble />
      <JumpButton count={12} back={false} onJump={() => {}} />
    </div>
  )
}
