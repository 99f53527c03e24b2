import { useNavigate, useRouter, useRouterState } from '@tanstack/react-router'
import { useCallback } from 'react'

import { detailsCover } from '../details/use-details-cover.ts'

declare module '@tanstack/react-router' {
  interface HistoryState {
    /** The details panel is open; `pushed` when the browser's Back closes it. */
    details?: 'pushed' | 'beside' | undefined
    /** It shows this person instead of the conversation. */
    person?: string | undefined
  }
}

/**
 * Whether the details panel is open. It lives in the history entry: where the panel covers the chat,
 * Back closes it; where it stands beside the chat, opening it is no step one would go back over.
 */
export function useDetails() {
  const router = useRouter()
  const navigate = useNavigate()
  const show = useShowDetails()
  const { details, person } = useRouterState({
    select: ({ location: { state } }) => ({ details: state.details, person: state.person }),
    structuralSharing: true,
  })
  const close = () => {
    if (details === 'pushed') router.history.back()
    else
      void navigate({
        to: '.',
        state: (past) => ({ ...past, details: undefined, person: undefined }),
        replace: true,
      })
  }
  return { shown: details !== undefined, person, open: () => show(), close }
}

/** Opens the panel, on the conversation or on one person. */
export function useShowDetails(): (person?: string) => void {
  const navigate = useNavigate()
  return useCallback(
    (person) => {
      const beside = !detailsCover()
      void navigate({
        to: '.',
        state: (past) => ({ ...past, details: beside ? 'beside' : 'pushed', person }),
        replace: beside,
      })
    },
    [navigate],
  )
}
