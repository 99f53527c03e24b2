import type { AdminUser, Me } from '@roost/protocol'
import type { TFunction } from 'i18next'
import {
  Ban,
  CircleCheck,
  Ellipsis,
  KeyRound,
  MonitorSmartphone,
  PencilLine,
  Shield,
  ShieldOff,
  Trash2,
} from 'lucide-react'
import { useTranslation } from 'react-i18next'

import { dayKey, formatFull, formatListTime } from '../../i18n/format.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { cn } from '../../ui/cn.ts'
import { Highlight } from '../../ui/Highlight.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Menu, type MenuItem } from '../../ui/Menu.tsx'
import { isolate } from '../conversation/names.ts'
import { OneLine } from '../conversation/OneLine.tsx'
import { useMinute } from '../conversation/use-minute.ts'
import { permissionsOn } from './permissions.ts'
import { Cell, NameCell, Row, type Column } from './Table.tsx'
import type { UserAct } from './UserDialog.tsx'

const wide = {
  username: 'w-40 max-wide:hidden',
  email: 'w-60 max-[1280px]:hidden',
  role: 'w-32 max-panel:hidden',
  state: 'w-28 max-wide:hidden',
  seen: 'w-28 max-wide:hidden',
  menu: 'w-13',
}

export function userColumns(t: TFunction<'admin'>): Column[] {
  return [
    { text: t('users.name') },
    { text: t('users.username'), className: wide.username },
    { text: t('users.email'), className: wide.email },
    { text: t('users.role'), className: wide.role },
    { text: t('users.state'), className: wide.state },
    { text: t('users.seen'), className: wide.seen },
    { text: t('list.actions'), className: wide.menu, silent: true },
  ]
}

export function UserRow(props: {
  user: AdminUser
  query: string
  me: Me
  onAct: (act: UserAct) => void
}) {
  const { user, query } = props
  const { t } = useTranslation('admin')
  const now = useMinute()
  const seen = useSeenLine(user, now)
  const items = useUserMenu(user, props.me, props.onAct)
  const handle = user.username === null ? '' : `@${user.username}`
  const role = t(`users.roles.${user.role}`)
  const state = stateOf(user, now)
  return (
    <Row faint={user.disabled}>
      <NameCell
        picture={
          <Avatar id={user.id} name={user.name} kind="person" size={32} picture={user.picture} />
        }
        name={<Highlight text={user.name} query={query} />}
        second={[
          handle,
          user.role === 'user' ? null : role,
          state === 'active' ? seen : t(`users.states.${state}`),
        ]}
      />
      <Cell className={wide.username}>
        <OneLine>
          <Highlight text={handle} query={query} />
        </OneLine>
      </Cell>
      <Cell className={wide.email}>
        <OneLine>
          <span title={user.email ?? undefined}>
            <Highlight text={user.email ?? ''} query={query} />
          </span>
        </OneLine>
      </Cell>
      <Cell className={cn(wide.role, !user.disabled && 'text-ink!')}>{role}</Cell>
      <Cell
        className={cn(
          wide.state,
          state === 'disabled' && 'text-danger!',
          state === 'new' && 'text-success!',
        )}
      >
        {t(`users.states.${state}`)}
      </Cell>
      <Cell className={wide.seen}>
        {user.lastSeenAt === null ? (
          seen
        ) : (
          <time
            dateTime={new Date(user.lastSeenAt).toISOString()}
            title={formatFull(user.lastSeenAt)}
          >
            {seen}
          </time>
        )}
      </Cell>
      <td className="text-end">
        {items.length > 0 && (
          <Menu
            trigger={
              <IconButton
                label={t('users.actionsOn', { name: isolate(user.name) })}
                icon={Ellipsis}
              />
            }
            items={items}
          />
        )}
      </td>
    </Row>
  )
}

function stateOf(user: AdminUser, now: number): 'active' | 'disabled' | 'new' {
  if (user.disabled) return 'disabled'
  return dayKey(user.createdAt) === dayKey(now) ? 'new' : 'active'
}

function useSeenLine({ lastSeenAt }: AdminUser, now: number): string {
  const { t } = useTranslation('admin')
  if (lastSeenAt === null) return t('users.never')
  return now - lastSeenAt < 90_000 ? t('users.now') : formatListTime(lastSeenAt, now)
}

/** What I may do to someone, in the order of how grave it is. */
function useUserMenu(user: AdminUser, me: Me, onAct: (act: UserAct) => void): MenuItem[] {
  const { t } = useTranslation('admin')
  const may = permissionsOn(me, user)
  const items: MenuItem[] = []
  const add = (kind: UserAct['kind'], look: Omit<MenuItem, 'label' | 'onSelect'>) =>
    items.push({ ...look, label: t(`users.act.${kind}`), onSelect: () => onAct({ kind, user }) })
  if (may.rename) add('rename', { icon: PencilLine })
  if (may.act) {
    add('resetLink', { icon: KeyRound })
    add('signOut', { icon: MonitorSmartphone })
  }
  if (may.setRole && user.role === 'user') add('promote', { icon: Shield })
  if (may.setRole && user.role !== 'user') add('demote', { icon: ShieldOff })
  if (may.act) {
    if (user.disabled) add('enable', { icon: CircleCheck, apart: true })
    else add('disable', { icon: Ban, apart: true, danger: true })
    add('delete', { icon: Trash2, danger: true })
  }
  return items
}
