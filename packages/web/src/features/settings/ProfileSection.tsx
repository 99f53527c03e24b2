import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { useStore } from '../../client/use-store.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { face } from '../../ui/face.ts'
import { EditablePicture } from '../profile/EditablePicture.tsx'
import { ProfileForm } from './ProfileForm.tsx'

export function ProfileSection() {
  const { t } = useTranslation('settings')
  const me = useStore((state) => state.me)
  if (!me) return null
  return (
    <>
      <p className="mt-1.5 text-msg text-ink-2">{t('profile.text')}</p>
      <div className="mt-6 flex items-center gap-5">
        <EditablePicture
          shape="round"
          size={88}
          faceAt={(size) => <Avatar {...face(me)} size={size} />}
          onSave={(picture) => client.setMyPicture(picture)}
          onRemove={me.picture === null ? undefined : () => client.setMyPicture(null)}
        />
        <div className="min-w-0">
          <p className="text-lg font-semi wrap-anywhere">
            <bdi>{me.name}</bdi>
          </p>
          <p className="text-md text-ink-2">{t(`profile.roles.${me.role}`)}</p>
        </div>
      </div>
      <ProfileForm me={me} />
    </>
  )
}
