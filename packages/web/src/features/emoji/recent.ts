/** Owns which emoji I used last and in which skin tone, on this device. */
import type { SkinTone } from 'frimousse'

const recentKey = 'roost.emoji'
const toneKey = 'roost.skin-tone'
const most = 18
const usual = ['👍', '❤️', '😂', '😮', '😢', '🙏']

/** Newest first. */
export function recentEmoji(): readonly string[] {
  return read(recentKey)?.split(' ').filter(Boolean).slice(0, most) ?? []
}

export function rememberEmoji(emoji: string): void {
  const others = recentEmoji().filter((one) => one !== emoji)
  write(recentKey, [emoji, ...others].slice(0, most).join(' '))
}

/** Six to react with at once: always the same ones in the same place, so that the hand learns them. */
export function quickEmoji(): readonly string[] {
  return usual
}

const tones = ['none', 'light', 'medium-light', 'medium', 'medium-dark', 'dark'] as const

export function skinTone(): SkinTone {
  const stored = read(toneKey)
  return tones.find((tone) => tone === stored) ?? 'none'
}

export function rememberSkinTone(tone: SkinTone): void {
  write(toneKey, tone)
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value)
  } catch {
    // Storage is full or shut off: the next visit begins anew.
  }
}
