/**
 * Owns the texts of the language that is shown, and how one is found: by its area and key, in the
 * plural form that `count` asks for, with what stands in for each `{{name}}`. English says which keys
 * there are.
 */
import { useMemo, useSyncExternalStore } from 'react'

import type { resources } from './en.ts'
import type admin from './en/admin.json'

type English = typeof resources & { readonly admin: typeof admin }
type Area = keyof English
/** By area, then key. */
export interface Texts {
  readonly [key: string]: string | Texts
}

/** As code names it: without the form of a plural. */
type Named<K extends string> = K extends `${infer Base}_${'one' | 'other'}` ? Base : K
type KeyOf<T> = {
  [K in keyof T & string]: T[K] extends string ? Named<K> : `${K}.${KeyOf<T[K]>}`
}[keyof T & string]
/** A key of this area, or of any other after the name of that one. */
type Key<A extends Area> = KeyOf<English[A]> | { [B in Area]: `${B}:${KeyOf<English[B]>}` }[Area]
type Values = Readonly<Record<string, string | number | undefined>>
export type Translate<A extends Area> = (key: Key<A>, values?: Values) => string

interface Shown {
  readonly language: string
  /** The viewer's own variant of it, in which times and numbers are written. */
  readonly locale: string
  readonly texts: Texts
  readonly plurals: Intl.PluralRules
  readonly numbers: Intl.NumberFormat
}
let shown = prepare('en', {})
const listeners = new Set<() => void>()

/** The viewer's own variant of the shown language, such as en-GB for en: it decides 24 hours or 12. */
export function regionalLocale(language: string, wishes: readonly string[]): string {
  return wishes.find((wish) => wish === language || wish.startsWith(`${language}-`)) ?? language
}

function prepare(language: string, texts: Texts): Shown {
  const locale = regionalLocale(language, navigator.languages)
  const plurals = new Intl.PluralRules(language)
  return { language, locale, texts, plurals, numbers: new Intl.NumberFormat(locale) }
}

export function showTexts(language: string, texts: Texts): void {
  shown = prepare(language, texts)
  for (const listener of listeners) listener()
}

export function getShown(): Shown {
  return shown
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function find(texts: Texts, path: string): string | undefined {
  let found: string | Texts | undefined = texts
  for (const step of path.split('.')) found = typeof found === 'object' ? found[step] : undefined
  return typeof found === 'string' ? found : undefined
}

function speak<A extends Area>({ texts, plurals, numbers }: Shown, area: A): Translate<A> {
  return (key, values = {}) => {
    const path = key.includes(':') ? key.replace(':', '.') : `${area}.${key}`
    const { count } = values
    const plural =
      typeof count === 'number' ? find(texts, `${path}_${plurals.select(count)}`) : null
    const text = plural ?? find(texts, path) ?? key
    return text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
      const value = values[name] ?? ''
      // Numbers are written like those beside the text, whose digits may be other ones.
      return typeof value === 'number' ? numbers.format(value) : value
    })
  }
}

/** For code that draws nothing: in the language that is shown when it is called. */
export function translator<A extends Area>(area: A): Translate<A> {
  return (key, values) => speak(shown, area)(key, values)
}

/** For components: they are drawn anew, with another `t`, when another language is shown. */
export function useTranslation<A extends Area>(area: A): { t: Translate<A>; language: string } {
  const now = useSyncExternalStore(subscribe, getShown)
  const t = useMemo(() => speak(now, area), [now, area])
  return { t, language: now.language }
}
