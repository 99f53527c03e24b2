import { expect, test } from 'vitest'

import { resources as de } from './de.ts'
import deAdmin from './de/admin.json'
import { resources as en } from './en.ts'
import enAdmin from './en/admin.json'

const translations = { de: { ...de, admin: deAdmin } }
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

const english = flatten({ ...en, admin: enAdmin })

test('English has every plural form of its own', () => {
  expect([...english.keys()].toSorted()).toEqual(owedKeys(english.keys(), 'en'))
})

test.each(Object.entries(translations))(
  '%s says everything that English says',
  (language, texts) => {
    const own = flatten(texts)
    expect([...own.keys()].toSorted()).toEqual(owedKeys(english.keys(), language))
    const wrong = [...own].filter(([key, text]) => {
      const model = english.get(key) ?? english.get(key.replace(pluralForm, '_other')) ?? ''
      return text.trim() === '' || placeholders(text).join() !== placeholders(model).join()
    })
    expect(wrong).toEqual([])
  },
)
