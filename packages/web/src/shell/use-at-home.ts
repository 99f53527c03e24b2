import { useRouterState } from '@tanstack/react-router'

/** Whether a phone shows the chat list. */
export function useAtHome(): boolean {
  return useRouterState({ select: (state) => state.location.pathname === '/' })
}
