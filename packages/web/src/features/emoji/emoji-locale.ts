import i18next from 'i18next'

export const emojiFolder = import.meta.env.VITE_EMOJI

const spoken = new Set(['en', 'de', 'es', 'ru', 'zh'])

/** The language in which emoji are named and found: English where there is no data for mine. */
export function emojiLocale(): string {
  const [language = 'en'] = i18next.language.split('-')
  return spoken.has(language) ? language : 'en'
}
