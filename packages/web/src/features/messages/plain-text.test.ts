import { expect, test } from 'vitest'

import { mentionedAmong, writePlain } from './plain-text.ts'

const nora = { id: 'n', kind: 'person', username: 'nora', name: 'Nora Brandt', picture: null }
const nameless = { ...nora, id: 'x', username: null }

test('marks go, names come, everything else stays', () => {
  const mentioned = mentionedAmong([nora, nameless])
  expect(writePlain('*Hi* @nora, `a*b` ~no~ 2*3 @bob\n```\ncode\n```', mentioned)).toBe(
    'Hi @Nora Brandt, a*b no 2*3 @bob\ncode',
  )
})
