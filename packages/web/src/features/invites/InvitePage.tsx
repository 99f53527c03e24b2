/** Where an invite link leads: what one is invited to, and the ways in. */
import type { InviteFace } from '@roost/protocol'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { useStore } from '../../client/use-store.ts'
import { formatNumber } from '../../i18n/format.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Button } from '../../ui/Button.tsx'
import { FieldError } from '../../ui/Field.tsx'
import { linkLook } from '../../ui/link-look.ts'
import { useAfter } from '../../ui/use-after.ts'
import { AccountHeading } from '../account/AccountHeading.tsx'
import { NewAccountForm } from '../account/NewAccountForm.tsx'
import { isolate } from '../conversation/names.ts'
import { isOver, useInviteFace } from './use-invite-face.ts'

export function InvitePage() {
  const { t } = useTranslation(['invites', 'ui'])
  const { token } = useParams({ from: '/account-pages/invite/$token' })
  const { looked, again } = useInviteFace(token)
  const signedIn = useStore((state) => state.session === 'signedIn')
  // Signing up signs in: the form stays until it has led on.
  const [entering, setEntering] = useState(false)
  const [lapsed, setLapsed] = useState(false)
  if (looked.state === 'looking') return <Looking />
  if (looked.state === 'failed') {
    return (
      <div role="alert">
        <AccountHeading title={t('page.failedTitle')} text={t('page.failed')} />
        <Button className="mt-6" onClick={again}>
          {t('ui:again')}
        </Button>
      </div>
    )
  }
  if (looked.state === 'invalid' || lapsed) {
    return (
      <>
        <AccountHeading title={t('page.invalidTitle')} text={t('page.invalid')} />
        <p className="mt-6 text-md">
          <Link to="/" className={linkLook}>
            {t(signedIn ? 'page.home' : 'page.toSignIn')}
          </Link>
        </p>
      </>
    )
  }
  const { face } = looked
  return (
    <>
      <Face face={face} signedIn={signedIn && !entering} />
      {signedIn && !entering ? (
        <Enter face={face} token={token} onLapse={() => setLapsed(true)} />
      ) : (
        <Arrive face={face} token={token} onEntering={setEntering} />
      )}
    </>
  )
}

function Looking() {
  const { t } = useTranslation()
  const shown = useAfter(300)
  return <output className="text-md text-ink-2">{shown && t('loading')}</output>
}

/** Who invites, and to what. */
function Face({ face, signedIn }: { face: InviteFace; signedIn: boolean }) {
  const { t } = useTranslation('invites')
  const { room, serverName: server, inviterName: inviter } = face
  const toServer = signedIn ? 'page.member' : 'page.toServer'
  const names = { server: isolate(server), inviter: isolate(inviter) }
  return (
    <>
      <AccountHeading
        title={room?.name ?? server}
        text={t(room ? 'page.toRoom' : toServer, names)}
      />
      {room && (
        <div className="mt-5 flex items-start gap-3.5">
          <Avatar id={room.id} name={room.name} kind="room" size={44} />
          <p className="min-w-0 flex-1 self-center text-md">
            {room.topic !== null && (
              <span className="block wrap-anywhere">
                <bdi>{room.topic}</bdi>
              </span>
            )}
            <span className="block text-ink-2">
              {t('page.members', {
                count: room.memberCount,
                number: formatNumber(room.memberCount),
              })}
            </span>
          </p>
        </div>
      )}
    </>
  )
}

/** For the signed-out: an account of one's own, made with the invite. */
function Arrive(props: {
  face: InviteFace
  token: string
  onEntering: (entering: boolean) => void
}) {
  const { t } = useTranslation(['invites', 'account'])
  const navigate = useNavigate()
  const { token, face } = props
  return (
    <>
      <NewAccountForm
        submitLabel={t(face.room ? 'page.signUpAndJoin' : 'account:signUp.submit')}
        onSubmit={async (account) => {
          props.onEntering(true)
          try {
            await client.signUp({ ...account, invite: token })
          } catch (error) {
            props.onEntering(false)
            throw error
          }
          if (face.room) {
            const params = { conversationId: face.room.id }
            await navigate({ to: '/c/$conversationId', params, replace: true })
          } else await navigate({ to: '/', replace: true })
        }}
      />
      <p className="mt-6 text-md text-ink-2">
        {t('account:signUp.toSignIn')}{' '}
        <Link to="/sign-in" search={{ return: `/invite/${token}` }} className={linkLook}>
          {t('account:signUp.toSignInLink')}
        </Link>
      </p>
    </>
  )
}

/** For those who have an account: the room is a click away. */
function Enter(props: { face: InviteFace; token: string; onLapse: () => void }) {
  const { t } = useTranslation('invites')
  const navigate = useNavigate()
  const { room } = props.face
  const inside = useStore((state) => Boolean(room && state.conversations[room.id]?.membership))
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState(false)
  const open = (conversationId: string) =>
    navigate({ to: '/c/$conversationId', params: { conversationId }, replace: true })

  const join = async () => {
    setBusy(true)
    setFailed(false)
    try {
      const conversationId = await client.redeemInvite(props.token)
      if (conversationId !== null) await open(conversationId)
      else await navigate({ to: '/', replace: true })
    } catch (error) {
      if (isOver(error)) props.onLapse()
      else setFailed(true)
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      {inside && <p className="mt-5 text-md text-ink-2">{t('page.inside')}</p>}
      {failed && <FieldError text={t('page.joinFailed')} />}
      {room && (
        <Button
          variant="primary"
          size="lg"
          className="mt-6 w-full"
          busy={busy}
          onClick={() => void (inside ? open(room.id) : join())}
        >
          <span className="truncate">
            {t(inside ? 'page.open' : 'page.join', { room: isolate(room.name) })}
          </span>
        </Button>
      )}
      <p className="mt-6 text-md">
        <Link to="/" className={linkLook}>
          {t('page.home')}
        </Link>
      </p>
    </>
  )
}
