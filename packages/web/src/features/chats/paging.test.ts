import { expect, test } from 'vitest'

import { createPaging, hasMore, type Load, type Read } from './paging.ts'

interface Letters {
  readonly items: readonly string[]
  readonly nextCursor?: string
}

/** A list whose answers come when the test says so; `asked` are the places it was read from. */
function list(...pages: Letters[]) {
  const asked: (string | undefined)[] = []
  const answers: PromiseWithResolvers<Letters>[] = []
  const load: Load<Letters> = (cursor) => {
    const answer = Promise.withResolvers<Letters>()
    asked.push(cursor)
    answers.push(answer)
    return answer.promise
  }
  const answer = async () => {
    const [first = { items: [] }] = pages.splice(0, 1)
    answers.shift()?.resolve(first)
    await settled()
  }
  const fail = async () => {
    answers.shift()?.reject(new Error('No line.'))
    await settled()
  }
  return { load, asked, answer, fail }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

function readInto() {
  const shown: { items: string[]; more: boolean; failed: boolean }[] = []
  const paging = createPaging<Letters>((read: Read<Letters>) =>
    shown.push({
      items: read.pages.flatMap(({ items }) => items),
      more: hasMore(read),
      failed: read.failed,
    }),
  )
  return { paging, shown }
}

test('a list is read page by page, and no page twice', async () => {
  const letters = list({ items: ['a'], nextCursor: 'after a' }, { items: ['b'] })
  const { paging, shown } = readInto()
  paging.start(letters.load)
  paging.more()
  await letters.answer()
  paging.more()
  paging.more()
  await letters.answer()
  paging.more()
  expect(letters.asked).toEqual([undefined, 'after a'])
  expect(shown).toEqual([
    { items: ['a'], more: true, failed: false },
    { items: ['a', 'b'], more: false, failed: false },
  ])
})

test('where one list goes on is never asked of another', async () => {
  const old = list({ items: ['a'], nextCursor: 'after a' })
  const fresh = list({ items: ['x'], nextCursor: 'after x' }, { items: ['y'] })
  const { paging, shown } = readInto()
  paging.start(old.load)
  await old.answer()
  paging.start(fresh.load)
  paging.more()
  await fresh.answer()
  // What is shown is rendered later: until then whoever asks for more has seen the old list only.
  paging.more()
  await fresh.answer()
  expect(old.asked).toEqual([undefined])
  expect(fresh.asked).toEqual([undefined, 'after x'])
  expect(shown.at(-1)?.items).toEqual(['x', 'y'])
})

test('an answer that comes too late is dropped', async () => {
  const old = list({ items: ['a'], nextCursor: 'after a' }, { items: ['b'] })
  const fresh = list({ items: ['x'] })
  const { paging, shown } = readInto()
  paging.start(old.load)
  await old.answer()
  paging.more()
  paging.start(fresh.load)
  await fresh.answer()
  await old.answer()
  expect(shown.map(({ items }) => items)).toEqual([['a'], ['x']])
  paging.again()
  paging.stop()
  await fresh.answer()
  expect(shown).toHaveLength(2)
})

test('what failed goes no further, until it is read anew', async () => {
  const letters = list({ items: ['a'], nextCursor: 'after a' }, { items: ['A'] })
  const { paging, shown } = readInto()
  paging.start(letters.load)
  await letters.answer()
  paging.more()
  await letters.fail()
  paging.more()
  expect(shown.at(-1)).toEqual({ items: ['a'], more: false, failed: true })
  paging.again()
  await letters.answer()
  expect(letters.asked).toEqual([undefined, 'after a', undefined])
  expect(shown.at(-1)).toEqual({ items: ['A'], more: false, failed: false })
})

test('what is known of a list is not read again', async () => {
  const letters = list({ items: ['b'] })
  const known = {
    load: letters.load,
    pages: [{ items: ['a'], nextCursor: 'after a' }],
    failed: false,
  }
  const shown: Read<Letters>[] = []
  const paging = createPaging<Letters>((read) => shown.push(read), known)
  paging.start(letters.load)
  expect(letters.asked).toEqual([])
  paging.more()
  await letters.answer()
  expect(letters.asked).toEqual(['after a'])
  expect(shown.at(-1)?.pages).toHaveLength(2)
})
