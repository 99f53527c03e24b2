import { expect, test } from 'vitest'

import { chooseLanguage } from './language.ts'

test('the first wish that Roost speaks is granted, whatever its region', () => {
  expect(chooseLanguage(['de-AT', 'en'])).toBe('de')
  expect(chooseLanguage(['fr-FR', 'EN-gb', 'de'])).toBe('en')
  expect(chooseLanguage([null, undefined, 'de'])).toBe('de')
})

test('nobody is left without a language', () => {
  expect(chooseLanguage([])).toBe('en')
  expect(chooseLanguage(['tlh', 'deu', ''])).toBe('en')
})
