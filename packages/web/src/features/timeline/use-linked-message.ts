import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect } from 'react'

/** Goes to the message that the address names (`?m=` and its seq), which then leaves the address. */
export function useLinkedMessage(jumpToSeq: (seq: number) => void): void {
  const { m: seq } = useSearch({ from: '/signed-in/shell/c/$conversationId' })
  const navigate = useNavigate()
  useEffect(() => {
    if (seq === undefined) return
    jumpToSeq(seq)
    void navigate({ to: '.', search: {}, state: true, replace: true })
  }, [seq, jumpToSeq, navigate])
}
