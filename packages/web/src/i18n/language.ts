/**
 * Owns which language is shown: the user's setting, else this device's choice, else the browser's.
 * Only that language is loaded, and of its texts those for administrators when one first needs them.
 * public/theme.js reads the stored choice before the first paint.
 */
import type { resources } from './en.ts'
import { getShown, showTexts, type Texts } from './translate.ts'

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
type Areas = Readonly<Record<keyof typeof resources, Texts>>

const areas: Record<Language, () => Promise<{ resources: Areas }>> = {
  en: () => import('./en.ts'),
  de: () => import('./de.ts'),
  es: () => import('./es.ts'),
  ru: () => import('./ru.ts'),
  ar: () => import('./ar.ts'),
  'zh-CN': () => import('./zh-CN.ts'),
}
const adminArea: Record<Language, () => Promise<{ default: Texts }>> = {
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
  await load(currentChoice())
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
  if ('admin' in getShown().texts) return
  administers = true
  await load(chooseLanguage([getShown().language]))
}

async function show(language: Language): Promise<void> {
  if (language !== getShown().language) await load(language)
}

async function load(language: Language): Promise<void> {
  const [{ resources: texts }, admin] = await Promise.all([
    areas[language](),
    administers ? adminArea[language]() : undefined,
  ])
  showTexts(language, admin ? { ...texts, admin: admin.default } : { ...texts })
  markDocument(language)
}

function markDocument(language: Language): void {
  document.documentElement.lang = language
  document.documentElement.dir = rightToLeft.has(language) ? 'rtl' : 'ltr'
}
