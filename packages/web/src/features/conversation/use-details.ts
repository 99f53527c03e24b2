import { useNavigate, useRouter, useRouterState } from '@tanstack/react-router'

import { detailsCover } from '../details/use-details-cover.ts'

declare module '@tanstack/react-router' {
  interface HistoryState {
    /** The details panel is open; `pushed` when the browser's Back closes it. */
    details?: 'pushed' | 'beside' | undefined
  }
}

/**
 * Whether the details panel is open. It lives in the history entry: where the panel covers the chat,
 * Back closes it; where it stands beside the chat, opening it is no step one would go back over.
 */
export function useDetails() {
  const router = useRouter()
  const navigate = useNavigate()
  const details = useRouterState({ select: (state) => state.location.state.details })
  const open = () => {
    const beside = !detailsCover()
    void navigate({
      to: '.',
      state: (past) => ({ ...past, details: beside ? 'beside' : 'pushed' }),
      replace: beside,
    })
  }
  const close = () => {
    if (details === 'pushed') router.history.back()
    else
      void navigate({ to: '.', state: (past) => ({ ...past, details: undefined }), replace: true })
  }
  return { shown: details !== undefined, open, close }
}
