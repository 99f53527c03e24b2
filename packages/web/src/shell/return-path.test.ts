import { expect, test } from 'vitest'

import { returnPath } from './return-path.ts'

const origin = 'https://chat.example.org'

test('an address of this app is returned to, with all that is in it', () => {
  for (const path of ['/', '/c/01997d5c?m=3', '/settings/devices#end', '/search?q=//elsewhere'])
    expect(returnPath(path, origin)).toBe(path)
})

test('nothing else is', () => {
  const elsewhere = ['//evil.example', '/\\evil.example', '/\t/evil.example', '/\n\\evil.example']
  const none = ['https://evil.example/', 'javascript:alert(1)', 'c/1', '', undefined, 1, ['/']]
  for (const path of [...elsewhere, ...none])
    expect([path, returnPath(path, origin)]).toEqual([path, undefined])
})
