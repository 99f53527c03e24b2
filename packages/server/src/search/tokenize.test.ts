import { expect, test } from 'vitest'

import { tokenize } from './tokenize.ts'

test.each<readonly [text: string, words: string]>([
  ['Hello, World! It’s 9:30.', 'hello world it s 9 30'],
  ['Überstraße ÜBERSTRASSE ﬁn', 'uberstrasse uberstrasse fin'],
  ['crème brûlée œuvre Łódź smørrebrød', 'creme brulee oeuvre lodz smorrebrod'],
  ['İstanbul ISPARTA ısparta', 'istanbul isparta isparta'],
  ['Ёлка ёжик Йод', 'елка ежик иод'],
  ['Σίσυφος ΣΊΣΥΦΟΣ', 'σισυφοσ σισυφοσ'],
  ['مُحَمَّد أحمد إلى آب مدرسـة', 'محمد احمد الي اب مدرسه'],
  ['فارسی كتاب کتاب', 'فارسي كتاب كتاب'],
  ['שָׁלוֹם שלום מלך', 'שלומ שלומ מלכ'],
  ['हिन्दी की कि ज़रूर', 'हिन्दी की कि जरूर'],
  ['ภาษาไทย ที่', 'ภ า ษ า ไ ท ย ที่'],
  ['ພາສາລາວ', 'ພ າ ສ າ ລ າ ວ'],
  ['ភាសា', 'ភា សា'],
  ['我爱北京ok', '我 爱 北 京 ok'],
  ['東京タワー、ラーメン', '東 京 タ ワ ー ラ ー メ ン'],
  ['ﾄｳｷｮｳ がぎ', 'ト ウ キ ョ ウ が ぎ'],
  ['서울에서 만나요', '서울에서 만나요'],
  ['१२३ ٤٥٦ ๗ １０', '123 456 7 10'],
  ['c++ C# f#a a+b', 'c ++ c # f a a b'],
  ['https://a.example.com/x_y?z=1', 'https a example com x y z 1'],
  ['@anna.b_c-d #topic', 'anna b c d topic'],
  ['👍🏿👍 👩🏽‍💻 🇩🇪🇫🇷 ❤️', '👍 👍 👩 💻 🇩🇪 🇫🇷 ❤'],
  ['so\u00adft jo\u200din\u200b', 'soft join'],
  ['', ''],
  [' \n\t!?…—„“', ''],
  ['\u0301\u0301', ''],
  ['\ud800', ''],
])('%s', (text, words) => {
  expect(tokenize(text).join(' ')).toBe(words)
})

test('composed or decomposed, a text has the same words', () => {
  for (const text of ['Crème brûlée', 'Ёлка', 'が', 'ज़रूर', '각', 'أحمد', 'ﷺ'])
    expect(tokenize(text.normalize('NFD'))).toEqual(tokenize(text.normalize('NFC')))
})

test('long words are cut, and not within a character', () => {
  expect(tokenize('x'.repeat(1_000))).toEqual(['x'.repeat(64)])
  const [word = ''] = tokenize('x' + '𐐨'.repeat(100))
  expect(word.length).toBeLessThanOrEqual(64)
  expect(word.startsWith('x𐐨')).toBe(true)
})

test('the worst texts take no longer than many times their length', () => {
  const worst = [
    'a' + '\u0301\u0316'.repeat(32_000),
    ('a' + '\u0316\u0301'.repeat(4)).repeat(7_000),
    'é'.repeat(64_000),
    '北'.repeat(64_000),
    'a+'.repeat(32_000),
    'é#'.repeat(32_000),
    'ﷺ'.repeat(64_000),
    '٣'.repeat(64_000),
    '🇩'.repeat(32_001),
    '👩\u200d'.repeat(20_000),
    '\u200d'.repeat(64_000) + 'é',
  ]
  // What takes quadratic time would run into the time limit of tests.
  for (const text of worst) expect(tokenize(text.repeat(10)).length).toBeGreaterThan(0)
})
