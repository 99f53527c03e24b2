import { endpoints, type InviteFace } from '@roost/protocol'
import { ApiError } from '@roost/sdk'
import { useEffect, useState } from 'react'

import { client } from '../../client/client.ts'

export type Looked =
  | { readonly state: 'looking' }
  | { readonly state: 'invalid' }
  | { readonly state: 'failed' }
  | { readonly state: 'valid'; readonly face: InviteFace }

/** What an invite link leads to, and a way to ask again after a failure. */
export function useInviteFace(token: string): { looked: Looked; again: () => void } {
  const [looked, setLooked] = useState<Looked>({ state: 'looking' })
  const [tries, setTries] = useState(0)
  useEffect(() => {
    let current = true
    client.call(endpoints.lookAtInvite, { body: { token } }).then(
      (face) => current && setLooked({ state: 'valid', face }),
      (error: unknown) => current && setLooked({ state: isOver(error) ? 'invalid' : 'failed' }),
    )
    return () => {
      current = false
    }
  }, [token, tries])
  return {
    looked,
    again: () => {
      setLooked({ state: 'looking' })
      setTries(tries + 1)
    },
  }
}

/** Whether the server has refused a link for good. */
export function isOver(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false
  return error.reason === 'invite_invalid' || ['not_found', 'bad_request'].includes(error.code)
}
