import { expect, test } from 'vitest'

import { describe } from './fan-out.ts'

const round = (system: string, listeners: number, perSecond: number) => ({
  system,
  listeners,
  perSecond,
  cpu: 2,
})

test('each is compared with the Roost of the same round and size', () => {
  const { table, pictures } = describe([
    round('Roost', 10, 1_000),
    round('Prosody', 10, 500),
    round('Roost', 10, 3_000),
    round('Prosody', 10, 300),
    round('Roost', 100, 800),
  ])
  const rows = table.split('\n').map((row) => row.split('|').map((cell) => cell.trim()))
  expect(rows.slice(2).map(([, name, listeners, , , ratio]) => [name, listeners, ratio])).toEqual([
    ['Roost', '10', '1'],
    ['Prosody', '10', '6 (2–10)'],
    ['Roost', '100', '1'],
  ])
  expect(pictures[0]?.svg).toContain('100 listen')
})
