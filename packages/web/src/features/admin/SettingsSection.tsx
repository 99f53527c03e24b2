import { adminEndpoints, type Settings } from '@roost/protocol'
import { useCallback, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { Failed } from '../../ui/Failed.tsx'
import { AdminPage } from './AdminPage.tsx'
import { settingGroups } from './setting-groups.ts'
import { SettingsForm } from './SettingsForm.tsx'

export interface Known {
  readonly settings: Settings
  /** The variable that decides a setting, by its name. */
  readonly locked: Readonly<Record<string, string>>
}

/** What administrators set, in groups that are saved one by one. */
export function SettingsSection() {
  const { t } = useTranslation('admin')
  const [known, setKnown] = useState<Known | null>(null)
  const [failed, setFailed] = useState(false)
  const read = useCallback(() => {
    client.call(adminEndpoints.adminSettings, {}).then(
      (found) => {
        setKnown(found)
        setFailed(false)
      },
      () => setFailed(true),
    )
  }, [])
  useEffect(read, [read])
  return (
    <AdminPage title={t('settings.title')} text={t('settings.text')}>
      <div className="max-w-(--w-page)">
        {failed && <Failed text={t('list.failed')} again={read} className="py-4" />}
        {known &&
          settingGroups.map((group) => (
            <SettingsForm key={group.id} group={group} known={known} onSaved={setKnown} />
          ))}
      </div>
    </AdminPage>
  )
}
