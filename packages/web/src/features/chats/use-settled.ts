import { useEffect, useState } from 'react'

const settle = 150

/** The query, once typing has paused for a moment. */
export function useSettled(query: string): string {
  const [settled, setSettled] = useState(query)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(query), settle)
    return () => clearTimeout(timer)
  }, [query])
  return query.trim() === '' ? '' : settled
}
