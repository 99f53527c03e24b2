import { expect, test } from 'vitest'

import { isShortcut, writeShortcut } from './shortcuts.ts'

const press = (keys: Partial<KeyboardEvent>) => ({
  key: '',
  code: '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...keys,
})

test('Ctrl+K searches, on a Mac Command+K', () => {
  expect(isShortcut(press({ key: 'k', ctrlKey: true }), 'search', false)).toBe(true)
  expect(isShortcut(press({ key: 'K', ctrlKey: true }), 'search', false)).toBe(true)
  expect(isShortcut(press({ key: 'k', metaKey: true }), 'search', true)).toBe(true)
  expect(isShortcut(press({ key: 'k', ctrlKey: true }), 'search', true)).toBe(false)
  expect(isShortcut(press({ key: 'k', ctrlKey: true, shiftKey: true }), 'search', false)).toBe(
    false,
  )
  expect(isShortcut(press({ key: 'k' }), 'search', false)).toBe(false)
})

test('a letter typed with AltGr is text, not a shortcut', () => {
  const altGr = { ctrlKey: true, altKey: true, code: 'KeyN' }
  expect(isShortcut(press({ ...altGr, key: 'ń' }), 'newChat', false)).toBe(false)
  expect(isShortcut(press({ ...altGr, key: 'n' }), 'newChat', false)).toBe(true)
})

test('Option changes the letter on a Mac; the key cap counts', () => {
  const option = press({ key: 'Dead', code: 'KeyN', metaKey: true, altKey: true })
  expect(isShortcut(option, 'newChat', true)).toBe(true)
})

test('shortcuts are written as the keys are labelled', () => {
  expect(writeShortcut('search', false)).toBe('Ctrl K')
  expect(writeShortcut('newChat', true)).toBe('⌥⌘N')
})
