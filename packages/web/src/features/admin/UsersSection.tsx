import { adminEndpoints, type AdminUser } from '@roost/protocol'
import { ListFilter, Plus } from 'lucide-react'
import { useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { useStore } from '../../client/use-store.ts'
import { Button } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { SearchField } from '../../ui/SearchField.tsx'
import { Select } from '../../ui/Select.tsx'
import { useSettled } from '../chats/use-settled.ts'
import { AdminPage } from './AdminPage.tsx'
import { CreateUserDialog } from './CreateUserDialog.tsx'
import { useHealth } from './health-context.ts'
import { PagerFooter } from './PagerFooter.tsx'
import { Table } from './Table.tsx'
import { useAsked } from './use-asked.ts'
import { pageSize, usePager } from './use-pager.ts'
import { UserDialog, type UserAct } from './UserDialog.tsx'
import { UserRow, userColumns } from './UserRow.tsx'

const filters = ['all', 'admins', 'disabled'] as const
type Filter = (typeof filters)[number]

export function UsersSection() {
  const { t } = useTranslation('admin')
  const { health, again: readHealth } = useHealth()
  const me = useStore((state) => state.me)
  const [query, setQuery] = useState('')
  const [filter, setFilter] = useState<Filter>('all')
  const [creating, setCreating] = useState(false)
  const settled = useSettled(query)
  const pager = usePager<AdminUser>(
    useCallback(
      async (cursor) => {
        const { users, nextCursor } = await client.call(adminEndpoints.adminUsers, {
          query: {
            limit: pageSize,
            filter,
            ...(settled === '' ? {} : { query: settled }),
            ...(cursor === undefined ? {} : { cursor }),
          },
        })
        return { items: users, nextCursor }
      },
      [settled, filter],
    ),
  )
  const { asked, ask, close } = useAsked<UserAct>()
  if (!me) return null

  const totals = { all: health?.users, disabled: health?.disabledUsers, admins: undefined }
  const put = (user: AdminUser) =>
    pager.change((items) => items.map((other) => (other.id === user.id ? user : other)))
  const reread = () => {
    pager.again()
    readHealth()
  }
  return (
    <AdminPage
      title={t('users.title')}
      tools={
        <>
          <SearchField
            className="w-72 max-wide:order-1 max-wide:w-auto max-wide:grow max-wide:basis-48"
            label={t('users.search')}
            value={query}
            onValueChange={setQuery}
          />
          <span className="max-wide:order-1">
            <Select
              label={t('users.filter.label')}
              icon={<Icon of={ListFilter} inline />}
              value={filter}
              options={filters.map((value) => ({ value, text: t(`users.filter.${value}`) }))}
              onValueChange={setFilter}
            />
          </span>
          <Button variant="primary" onClick={() => setCreating(true)}>
            <Icon of={Plus} inline />
            {t('users.create')}
          </Button>
        </>
      }
    >
      {pager.items.length > 0 && (
        <Table label={t('users.title')} columns={userColumns(t)} busy={pager.loading}>
          {pager.items.map((user) => (
            <UserRow key={user.id} user={user} query={settled} me={me} onAct={ask} />
          ))}
        </Table>
      )}
      <PagerFooter
        pager={pager}
        nothing={t(settled === '' && filter === 'all' ? 'users.none' : 'users.nothing')}
        total={settled === '' ? totals[filter] : undefined}
      />
      <CreateUserDialog
        open={creating}
        mayChooseRole={me.role === 'owner'}
        onOpenChange={setCreating}
        onCreated={reread}
      />
      {asked && (
        <UserDialog
          key={asked.turn}
          act={asked.what}
          open={asked.open}
          onClose={close}
          onChanged={(user) => (user ? put(user) : reread())}
        />
      )}
    </AdminPage>
  )
}
