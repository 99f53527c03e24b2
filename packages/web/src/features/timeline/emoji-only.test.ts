import { expect, test } from 'vitest'

import { isEmojiOnly } from './emoji-only.ts'

test.each(['👍', '⛵🌞', '❤️', '👩‍👩‍👧‍👦', '🇩🇪 🇪🇸', '👍🏽👍🏿👍', ' 🏴󠁧󠁢󠁳󠁣󠁴󠁿 ', '1️⃣'])('%s is', (text) => {
  expect(isEmojiOnly(text)).toBe(true)
})

test.each(['', ' ', '1', '#', '👍👍👍👍', 'ok 👍', '👍!', '©', ':)', '\u200D', '👍'.repeat(5_000)])(
  '%s is not',
  (text) => {
    expect(isEmojiOnly(text)).toBe(false)
  },
)
