import { adminEndpoints, type AuditEntry, type User } from '@roost/protocol'
import { Terminal } from 'lucide-react'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { formatFull, formatListTime } from '../../i18n/format.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { isolate } from '../conversation/names.ts'
import { useMinute } from '../conversation/use-minute.ts'
import { AdminPage } from './AdminPage.tsx'
import { sentenceOf } from './audit-sentence.ts'
import { PagerFooter } from './PagerFooter.tsx'
import { pageSize, usePager } from './use-pager.ts'

type Listed = AuditEntry & { readonly actor: User | undefined }

/** Every administrative act, newest first: who did what, to whom, and when. */
export function AuditSection() {
  const { t } = useTranslation('admin')
  const pager = usePager<Listed>(
    useCallback(async (cursor) => {
      const { entries, users, nextCursor } = await client.call(adminEndpoints.adminAudit, {
        query: { limit: pageSize, ...(cursor === undefined ? {} : { cursor }) },
      })
      const people = new Map(users.map((user) => [user.id, user]))
      const items = entries.map((entry) => ({ ...entry, actor: people.get(entry.actorId ?? '') }))
      return { items, nextCursor }
    }, []),
  )
  return (
    <AdminPage title={t('audit.title')} text={t('audit.text')}>
      <div className="max-w-(--w-list)">
        <ol aria-label={t('audit.title')} aria-busy={pager.loading} className="mt-5">
          {pager.items.map((entry) => (
            <Entry key={entry.id} entry={entry} />
          ))}
        </ol>
        <PagerFooter pager={pager} nothing={t('audit.none')} />
      </div>
    </AdminPage>
  )
}

function Entry({ entry }: { entry: Listed }) {
  const { t } = useTranslation('admin')
  const now = useMinute()
  const { actor, actorId } = entry
  const actorName =
    actorId === null ? t('audit.commandLine') : isolate(actor?.name ?? t('audit.someone'))
  const sentence = t(`audit.acts.${sentenceOf(entry)}`, {
    actor: actorName,
    subject: isolate(entry.subjectName ?? t('audit.something')),
    action: entry.action,
  })
  const hasDetails = Object.keys(entry.details).length > 0
  return (
    <li className="flex items-start gap-3 border-b border-line py-3">
      {actorId === null ? (
        <span className="grid size-8 shrink-0 place-items-center rounded-full bg-hover">
          <Icon of={Terminal} inline />
        </span>
      ) : (
        <Avatar
          id={actorId}
          name={actor?.name ?? ''}
          kind="person"
          size={32}
          picture={actor?.picture}
        />
      )}
      <div className="min-w-0 flex-1 pt-1.5">
        <div className="flex flex-wrap items-baseline justify-between gap-x-4">
          <p className="min-w-0 text-md wrap-anywhere">{sentence}</p>
          <time
            dateTime={new Date(entry.at).toISOString()}
            title={formatFull(entry.at)}
            className="text-time text-ink-2 max-wide:w-full"
          >
            {formatListTime(entry.at, now)}
          </time>
        </div>
        {hasDetails && (
          <details className="mt-0.5 text-sm text-ink-2">
            <summary className="hit w-fit rounded-xs">{t('audit.details')}</summary>
            <pre
              dir="ltr"
              className="mt-1.5 rounded-md bg-hover px-3 py-2 wrap-anywhere whitespace-pre-wrap text-ink"
            >
              {JSON.stringify(entry.details, null, 2)}
            </pre>
          </details>
        )}
      </div>
    </li>
  )
}
