/**
 * Owns which language is shown: the user's setting, else this device's choice, else the browser's.
 * Only that language is loaded, and of its texts those for administrators when one first needs them.
 * public/theme.js reads the stored choice before the first paint.
 */
import i18next, { type FormatterModule, type ResourceKey } from 'i18next'
import { initReactI18next } from 'react-i18next'

import type { resources } from './en.ts'
import { formatNumber } from './format.ts'

/** Each language in its own name. */
export const languageNames = {
  en: 'English',
  de: 'Deutsch',
  es: 'Español',
  ru: 'Русский',
  ar: 'العربية',
  'zh-CN': '简体中文',
} as const
export type Language = keyof typeof languageNames
export const languages: readonly Language[] = ['en', 'de', 'es', 'ru', 'ar', 'zh-CN']

/** Plurals have other keys in every language: keys.test.ts compares them, not the compiler. */
type Areas = Readonly<Record<keyof typeof resources, ResourceKey>>

const load: Record<Language, () => Promise<{ resources: Areas }>> = {
  en: () => import('./en.ts'),
  de: () => import('./de.ts'),
  es: () => import('./es.ts'),
  ru: () => import('./ru.ts'),
  ar: () => import('./ar.ts'),
  'zh-CN': () => import('./zh-CN.ts'),
}
const loadAdmin: Record<Language, () => Promise<{ default: ResourceKey }>> = {
  en: () => import('./en/admin.json'),
  de: () => import('./de/admin.json'),
  es: () => import('./es/admin.json'),
  ru: () => import('./ru/admin.json'),
  ar: () => import('./ar/admin.json'),
  'zh-CN': () => import('./zh-CN/admin.json'),
}
const deviceKey = 'roost.language'
/** What the account said last, so that the next start need not wait for it. */
const accountKey = 'roost.account-language'
let administers = false
const rightToLeft = new Set(['ar', 'fa', 'he', 'ur'])

/** The first of these that Roost speaks; region and script do not matter, not even of Chinese. */
export function chooseLanguage(wishes: readonly (string | null | undefined)[]): Language {
  for (const wish of wishes) {
    const base = wish?.toLowerCase().split('-')[0]
    const match = languages.find((language) => language.split('-')[0] === base)
    if (match) return match
  }
  return 'en'
}

/** Numbers within texts are written like those beside them, whose digits may be other ones. */
const numbers: FormatterModule = {
  type: 'formatter',
  init: () => {},
  add: () => {},
  addCached: () => {},
  format: (value) => (typeof value === 'number' ? formatNumber(value) : String(value ?? '')),
}

function recall(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

function remember(key: string, language: string | null): void {
  try {
    if (language === null) localStorage.removeItem(key)
    else localStorage.setItem(key, language)
  } catch {
    // Storage is shut off: the choice lasts until the page is closed.
  }
}

export async function startLanguage(): Promise<void> {
  const language = currentChoice()
  const loaded = await load[language]()
  await i18next
    .use(numbers)
    .use(initReactI18next)
    .init({
      lng: language,
      resources: { [language]: loaded.resources },
      defaultNS: 'ui',
      interpolation: { escapeValue: false, alwaysFormat: true },
      react: { useSuspense: false },
    })
  markDocument(language)
}

/** Follows the setting of the account; null leaves it to this device. */
export async function followAccount(locale: string | null): Promise<void> {
  remember(accountKey, locale)
  await show(currentChoice())
}

/** Shows a language chosen on this device, and remembers it; null follows the browser again. */
export async function chooseOnDevice(language: Language | null): Promise<void> {
  remember(deviceKey, language)
  remember(accountKey, language)
  await show(currentChoice())
}

function currentChoice(): Language {
  return chooseLanguage([recall(accountKey), recall(deviceKey), ...navigator.languages])
}

/** Before anything of the administration is shown, in whatever language is shown then. */
export async function loadAdminTexts(): Promise<void> {
  const language = chooseLanguage([i18next.language])
  const texts = await loadAdmin[language]()
  i18next.addResourceBundle(language, 'admin', texts.default)
  administers = true
}

async function show(language: Language): Promise<void> {
  if (language === i18next.language) return
  const [loaded, admin] = await Promise.all([
    load[language](),
    administers ? loadAdmin[language]() : null,
  ])
  for (const [area, texts] of Object.entries(loaded.resources))
    i18next.addResourceBundle(language, area, texts)
  if (admin) i18next.addResourceBundle(language, 'admin', admin.default)
  await i18next.changeLanguage(language)
  markDocument(language)
}

function markDocument(language: Language): void {
  document.documentElement.lang = language
  document.documentElement.dir = rightToLeft.has(language) ? 'rtl' : 'ltr'
}
