/**
 * Keeps the app itself on this device, so that it opens without a network. Browsers allow it under
 * https and on the machine itself.
 */
export function keepApp(): void {
  if (import.meta.env.DEV || !('serviceWorker' in navigator)) return
  // Not in the way of what the person at the screen waits for. Without it the app works while online.
  const register = () => void navigator.serviceWorker.register('/sw.js').catch(() => {})
  if (document.readyState === 'complete') register()
  else addEventListener('load', register, { once: true })
}
