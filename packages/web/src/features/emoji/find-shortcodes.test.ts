import { expect, test } from 'vitest'

import { emojiOf, findShortcodes, type Shortcodes } from './find-shortcodes.ts'

const all: Shortcodes[] = [
  ['😄', 'smile', 'grinning_face'],
  ['😃', 'smiley'],
  ['😼', 'smirk_cat'],
  ['😸', 'smile_cat'],
  ['🐱', 'cat'],
  ['👍', '+1', 'thumbsup'],
]

test('the name itself first, then what begins so, then what contains it', () => {
  expect(findShortcodes(all, 'cat', 9).map(({ emoji }) => emoji)).toEqual(['🐱', '😼', '😸'])
  expect(findShortcodes(all, 'SMI', 3).map(({ code }) => code)).toEqual([
    'smile',
    'smiley',
    'smirk_cat',
  ])
  expect(findShortcodes(all, '+1', 9)).toEqual([{ emoji: '👍', code: '+1' }])
  expect(findShortcodes(all, 'nothing', 9)).toEqual([])
})

test('a whole name stands for one emoji', () => {
  expect(emojiOf(all, 'Thumbsup')).toBe('👍')
  expect(emojiOf(all, 'thumbs')).toBeUndefined()
})
