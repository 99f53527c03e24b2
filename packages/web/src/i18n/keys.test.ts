import { describe, expect, test } from 'vitest'

import { resources as ar } from './ar.ts'
import arAdmin from './ar/admin.json'
import { resources as de } from './de.ts'
import deAdmin from './de/admin.json'
import { resources as en } from './en.ts'
import enAdmin from './en/admin.json'
import { resources as es } from './es.ts'
import esAdmin from './es/admin.json'
import { languages } from './language.ts'
import { resources as ru } from './ru.ts'
import ruAdmin from './ru/admin.json'
import { resources as zh } from './zh-CN.ts'
import zhAdmin from './zh-CN/admin.json'

const english = flatten({ ...en, admin: enAdmin })
const translations = {
  de: { ...de, admin: deAdmin },
  es: { ...es, admin: esAdmin },
  ru: { ...ru, admin: ruAdmin },
  ar: { ...ar, admin: arAdmin },
  'zh-CN': { ...zh, admin: zhAdmin },
}

/** What is rightly the same as in English: names of things, keys, and words that languages share. */
const alike = new Set(['Roost', 'PostgreSQL', 'Enter', 'Shift Enter', 'Shift F10', 'Esc', 'Del'])
const shared: Partial<Record<string, readonly string[]>> = {
  de: [
    'Admin',
    'Chats',
    'Emoji',
    'In',
    'Info',
    'Name',
    'online',
    'Server',
    'System',
    'Version',
    'Zoom',
  ],
  es: ['Chats', 'Zoom'],
}

const pluralForm = /_(zero|one|two|few|many|other)$/

type Texts = { readonly [key: string]: string | Texts }

/** Every text by its full key: "ui.badge.unread_one" → "…". */
function flatten(texts: Texts, prefix = ''): Map<string, string> {
  const flat = new Map<string, string>()
  for (const [key, text] of Object.entries(texts)) {
    if (typeof text === 'string') flat.set(prefix + key, text)
    else for (const [inner, value] of flatten(text, `${prefix}${key}.`)) flat.set(inner, value)
  }
  return flat
}

/** The keys a language owes: each plural in all the forms that its own grammar has. */
function owedKeys(keys: Iterable<string>, language: string): string[] {
  const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories
  const owed = new Set<string>()
  for (const key of keys) {
    const base = key.replace(pluralForm, '')
    if (base === key) owed.add(key)
    else for (const form of forms) owed.add(`${base}_${form}`)
  }
  return [...owed].toSorted()
}

function placeholders(text: string): string[] {
  return [...text.matchAll(/\{\{\s*(\w+)/g)].map((match) => match[1] ?? '').toSorted()
}

function modelOf(key: string): string {
  return english.get(key) ?? english.get(key.replace(pluralForm, '_other')) ?? ''
}

/** Whether the form stands for one number only, which may then be said by the noun, as in Arabic. */
function saysItsNumber(key: string, language: string): boolean {
  const form = pluralForm.exec(key)?.[1]
  const rules = new Intl.PluralRules(language)
  const meant = Array.from({ length: 200 }, (_, count) => count)
  return language === 'ar' && meant.filter((count) => rules.select(count) === form).length === 1
}

function keepsPlaceholders(key: string, text: string, language: string): boolean {
  const [own, owed] = [placeholders(text), placeholders(modelOf(key))]
  if (own.join() === owed.join()) return true
  const without = owed.filter((name) => name !== 'count' && name !== 'number')
  return saysItsNumber(key, language) && own.join() === without.join()
}

function isLeftInEnglish(key: string, text: string, language: string): boolean {
  const words = text.replaceAll(/\{\{.*?\}\}/g, '').trim()
  if (text !== modelOf(key) || !/\p{L}/u.test(words)) return false
  return !alike.has(words) && !shared[language]?.includes(words)
}

test('English has every plural form of its own', () => {
  expect([...english.keys()].toSorted()).toEqual(owedKeys(english.keys(), 'en'))
})

test('every language is compared here', () => {
  expect(['en', ...Object.keys(translations)]).toEqual(languages)
})

describe.each(Object.entries(translations))('in %s', (language, texts) => {
  const own = [...flatten(texts)]

  test('there is every text, in every plural form of the language and no other', () => {
    expect(own.map(([key]) => key).toSorted()).toEqual(owedKeys(english.keys(), language))
  })

  test('no text is empty, nor has lost a placeholder or got another', () => {
    const wrong = own.filter(
      ([key, text]) => text.trim() === '' || !keepsPlaceholders(key, text, language),
    )
    expect(wrong).toEqual([])
  })

  test('nothing is left in English', () => {
    expect(own.filter(([key, text]) => isLeftInEnglish(key, text, language))).toEqual([])
  })
})
