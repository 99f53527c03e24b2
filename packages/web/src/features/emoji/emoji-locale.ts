import { getShown } from '../../i18n/translate.ts'

export const emojiFolder = import.meta.env.VITE_EMOJI

const spoken = new Set(['en', 'de', 'es', 'ru', 'zh'])

/** The language in which emoji are named and found: English where there is no data for mine. */
export function emojiLocale(): string {
  const [language = 'en'] = getShown().language.split('-')
  return spoken.has(language) ? language : 'en'
}
