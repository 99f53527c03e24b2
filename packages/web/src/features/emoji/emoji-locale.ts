import i18next from 'i18next'

export const emojiFolder = import.meta.env.VITE_EMOJI

const spoken = new Set(['en', 'de', 'es', 'ru', 'zh'])

/** The language in which emoji are named and found: English where there is no data for mine. */
export function emojiLocale(): string {
  return spoken.has(i18next.language) ? i18next.language : 'en'
}
