import { expect, test } from 'vitest'

import { fileProblem, pickFile } from './picture-file.ts'

const file = (type: string, size = 1_000) => ({ type, size })

test('photographs may become a picture, whatever their format', () => {
  for (const type of ['image/jpeg', 'image/png', 'image/webp', 'image/heic'])
    expect([type, fileProblem(file(type))]).toEqual([type, null])
})

test('drawings, documents and enormous files may not', () => {
  expect(fileProblem(file('image/svg+xml'))).toBe('type')
  expect(fileProblem(file('application/pdf'))).toBe('type')
  expect(fileProblem(file(''))).toBe('type')
  expect(fileProblem(file('image/jpeg', 50 * 1024 * 1024))).toBe('size')
})

test('of several files the first picture counts', () => {
  const text = new File(['a'], 'a.txt', { type: 'text/plain' })
  const photo = new File(['b'], 'b.jpg', { type: 'image/jpeg' })
  expect(pickFile([text, photo])).toBe(photo)
  expect(pickFile([text])).toBe(text)
  expect(pickFile([])).toBeUndefined()
})
