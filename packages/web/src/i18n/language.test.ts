import { expect, test } from 'vitest'

import { chooseLanguage } from './language.ts'

test('the first wish that Roost speaks is granted, whatever its region', () => {
  expect(chooseLanguage(['de-AT', 'en'])).toBe('de')
  expect(chooseLanguage(['fr-FR', 'EN-gb', 'de'])).toBe('en')
  expect(chooseLanguage([null, undefined, 'de'])).toBe('de')
})

test('every Chinese is answered in the one that there is', () => {
  for (const wish of ['zh', 'zh-CN', 'zh-Hans-SG', 'zh-TW', 'zh-Hant-HK'])
    expect(chooseLanguage([wish, 'en'])).toBe('zh-CN')
  expect(chooseLanguage(['es-MX'])).toBe('es')
  expect(chooseLanguage(['ar-EG'])).toBe('ar')
})

test('nobody is left without a language', () => {
  expect(chooseLanguage([])).toBe('en')
  expect(chooseLanguage(['tlh', 'deu', ''])).toBe('en')
})
