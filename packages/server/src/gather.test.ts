import { expect, test } from 'vitest'

import { gather } from './gather.ts'

/** In which turn of the event loop each of these was answered. */
async function turnsOf(answers: readonly Promise<unknown>[]): Promise<number[]> {
  let turn = 0
  let isOver = false
  const count = () => {
    turn++
    if (!isOver) setImmediate(count)
  }
  setImmediate(count)
  const turns = await Promise.all(answers.map((answer) => answer.then(() => turn)))
  isOver = true
  return turns
}
const sameTurns = (turns: readonly number[]) =>
  [...Map.groupBy(turns, (turn) => turn).values()].map(({ length }) => length)

test('what is asked at once is answered at once, so many at a time', async () => {
  const rounds: number[] = []
  const double = gather(
    async (numbers: readonly number[]) => {
      rounds.push(numbers.length)
      return numbers.map((number) => number * 2)
    },
    { most: 2 },
  )
  const answers = [1, 2, 3, 4, 5].map((number) => double(number))
  const turns = await turnsOf(answers)
  expect(await Promise.all(answers)).toEqual([2, 4, 6, 8, 10])
  expect(rounds).toEqual([2, 2, 1])
  expect(sameTurns(turns)).toEqual([2, 2, 1])
})

test('large answers of one round are given in several turns', async () => {
  const repeat = gather(async (sizes: readonly number[]) => sizes.map((size) => 'x'.repeat(size)), {
    most: 10,
    inTurn: { most: 100, sizeOf: ({ length }) => length },
  })
  const turns = await turnsOf([10, 20, 30, 90, 100, 60, 60, 1].map((size) => repeat(size)))
  expect(sameTurns(turns)).toEqual([4, 1, 2, 1])
})

test('a round that fails takes no other with it', async () => {
  const check = gather(
    async (numbers: readonly number[]) => {
      if (numbers.includes(1)) throw new Error('One is no number.')
      return numbers
    },
    { most: 2 },
  )
  const settled = await Promise.allSettled([0, 1, 2, 3].map((number) => check(number)))
  expect(settled.map(({ status }) => status)).toEqual([
    'rejected',
    'rejected',
    'fulfilled',
    'fulfilled',
  ])
})
