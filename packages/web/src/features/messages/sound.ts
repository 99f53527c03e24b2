/** Owns whether new messages are heard on this device. */
const storageKey = 'roost.sound'

/** On unless it was switched off. */
export function getSound(): boolean {
  try {
    return localStorage.getItem(storageKey) !== 'off'
  } catch {
    return true
  }
}

export function setSound(on: boolean): void {
  try {
    localStorage.setItem(storageKey, on ? 'on' : 'off')
  } catch {
    // Storage is shut off: new messages stay audible.
  }
}
