import { useEffect } from 'react'

/** More than the bars of a browser come and go by. */
const keyboardFrom = 120

/**
 * Keeps the page above the keyboard of a phone where that covers it: iOS moves the page up instead,
 * head and all. Other browsers make room themselves, as index.html asks them to.
 */
export function useKeyboardRoom(): void {
  useEffect(() => {
    const { visualViewport: seen } = window
    if (!seen) return undefined
    const { style } = document.documentElement
    const follow = () => {
      const covered = seen.scale === 1 && window.innerHeight - seen.height > keyboardFrom
      if (!covered) return void style.removeProperty('--visible')
      style.setProperty('--visible', `${seen.height}px`)
      window.scrollTo(0, 0)
    }
    seen.addEventListener('resize', follow)
    return () => seen.removeEventListener('resize', follow)
  }, [])
}
