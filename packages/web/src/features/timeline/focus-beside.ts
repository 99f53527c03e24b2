/**
 * Leads the focus from a message that is about to go to the one above it or below, so that whoever is
 * without a mouse stays where they were. Focus that is elsewhere stays there.
 */
export function focusBeside(key: string): void {
  const all = [...document.querySelectorAll<HTMLElement>('[data-message]')]
  const at = all.findIndex((element) => element.dataset['message'] === key)
  const message = all[at]
  if (!message?.contains(document.activeElement)) return
  const beside = all[at - 1] ?? all[at + 1] ?? message.closest<HTMLElement>('[role=log]')
  beside?.focus({ preventScroll: true })
}
