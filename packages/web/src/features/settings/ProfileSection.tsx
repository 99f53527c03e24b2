import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'
import { Avatar } from '../../ui/Avatar.tsx'

export function ProfileSection() {
  const { t } = useTranslation('settings')
  const me = useStore((state) => state.me)
  if (!me) return null
  const lines = [
    { label: t('profile.name'), value: me.name },
    { label: t('profile.username'), value: me.username === null ? null : `@${me.username}` },
    { label: t('profile.email'), value: me.email, hint: t('profile.emailHint') },
    { label: t('profile.role'), value: t(`profile.roles.${me.role}`) },
  ]
  return (
    <>
      <p className="mt-1.5 text-msg text-ink-2">{t('profile.text')}</p>
      <div className="mt-6">
        <Avatar id={me.id} name={me.name} kind="person" size={88} />
      </div>
      <dl className="mt-5 border-t border-line">
        {lines.map(({ label, value, hint }) => (
          <div key={label} className="flex flex-wrap gap-x-4 border-b border-line py-3">
            <dt className="w-40 text-msg text-ink-2">{label}</dt>
            <dd className="min-w-0 flex-1 text-msg wrap-anywhere">
              <bdi>{value}</bdi>
              {hint !== undefined && <p className="text-snippet text-ink-2">{hint}</p>}
            </dd>
          </div>
        ))}
      </dl>
    </>
  )
}
