import { expect, test } from 'vitest'

import { hueOf, hues, initialsOf } from './identity.ts'

test.each([
  ['Lucía Ferrer', 'LF'],
  ['Opa Karl', 'OK'],
  ['Ana María de la Cruz', 'AC'],
  ['Boat shed keys', 'BK'],
  ['Regatta crew · July', 'RC'],
  ['alice', 'A'],
  ['  ingrid   sørensen ', 'IS'],
  ['Łukasz Żak', 'ŁŻ'],
  ['Анна Каренина', 'АК'],
  ['ليلى حداد', 'ل'],
  ['陈静', '静'],
  ['김민수', '김'],
  ['田中 太郎', '田'],
  ['प्रिया शर्मा', 'प्रि'],
  ['ubuntu', 'U'],
  ['#general', 'G'],
  ['🚀 Launch', 'L'],
  ['👩‍👧', '👩‍👧'],
  ['4th floor', '4'],
  ['***', '*'],
])('%s has the initials %s', (name, initials) => {
  expect(initialsOf(name)).toBe(initials)
})

test('a hue stays with its id, and ids share all eight', () => {
  const id = '0190f3a0-0000-7000-8000-00000000000'
  expect(hueOf('0190f3a0-1111-7000-8000-000000000001')).toBe(
    hueOf('0190f3a0-1111-7000-8000-000000000001'),
  )
  const seen = new Set(Array.from({ length: 64 }, (_, n) => hueOf(id + n.toString(16))))
  expect([...seen].toSorted()).toEqual([...hues].toSorted())
})
