import { expect, test } from 'vitest'

import { drawBars } from './bars.ts'
import { drawChart } from './chart.ts'
import { figureOf, formatNumber, quantile } from './figure.ts'
import { formatTable } from './table.ts'

const steady = (value: number) => ({ median: value, low: value, high: value })

/** Of everything that is written in a picture, where it stands. */
function textsOf(svg: string): { words: string; x: number; y: number }[] {
  return [...svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)</g)].map(
    ([, x, y, words = '']) => ({ words, x: Number(x), y: Number(y) }),
  )
}

test('a figure is the middle of the runs and how far they lay apart', () => {
  expect(figureOf([5, 1, 3])).toEqual({ median: 3, low: 1, high: 5 })
  expect(figureOf([4, 1])).toEqual({ median: 2.5, low: 1, high: 4 })
  expect(quantile([10, 20, 30, 40, 50], 0.9)).toBeCloseTo(46)
  expect(() => figureOf([])).toThrow('Nothing was measured.')
})

test.each([
  [0.012345, '0.0123'],
  [1.5, '1.50'],
  [7, '7'],
  [999.6, '1,000'],
  [12_345, '12,300'],
])('%s is written as %s', (value, text) => expect(formatNumber(value)).toBe(text))

test('a table has figures to the right, with their spread where there is one', () => {
  const table = formatTable(
    ['what', 'ms'],
    [
      ['page', { median: 1.5, low: 1, high: 2 }],
      ['chat list', steady(12)],
    ],
  )
  expect(table.split('\n')).toEqual([
    '| what      |         ms |',
    '| --------- | ---------: |',
    '| page      | 1.50 (1–2) |',
    '| chat list |         12 |',
  ])
})

test('lines that end at the same place have names that can be read', () => {
  const names = ['one', 'two', 'three', 'four', 'five', 'six']
  for (const scale of ['zero', 'log'] as const)
    for (const end of [0.001, 1]) {
      const svg = drawChart({
        title: 'Alike',
        x: { title: 'size', scale: 'log' },
        y: { title: 'ms', scale },
        series: names.map((name) => ({
          name,
          points: [
            { at: 10, ...steady(1) },
            { at: 1_000, ...steady(end) },
          ],
        })),
      })
      const heights = textsOf(svg)
        .filter(({ words }) => names.includes(words))
        .map(({ y }) => y)
        .toSorted((a, b) => a - b)
      expect(heights).toHaveLength(names.length)
      for (const [at, y] of heights.slice(1).entries())
        expect(y - (heights[at] ?? 0)).toBeGreaterThan(15)
      expect(Math.max(...heights)).toBeLessThan(360)
    }
})

test('an axis over powers of ten marks each of them once', () => {
  const svg = drawChart({
    title: 'Growth',
    x: { title: 'messages', scale: 'log' },
    y: { title: 'ms', scale: 'zero' },
    series: [{ name: 'page', points: [1e4, 1e5, 1e6, 1e7].map((at) => ({ at, ...steady(2) })) }],
  })
  const words = textsOf(svg).map((each) => each.words)
  for (const label of ['10,000', '100,000', '1 M', '10 M'])
    expect(words.filter((each) => each === label)).toHaveLength(1)
})

test('what is written in a picture cannot end it', () => {
  const svg = drawBars({
    title: 'This & that',
    axis: '<ms>',
    groups: [{ name: '', bars: [{ name: '"quoted"', figure: steady(1) }] }],
  })
  expect(svg).toContain('This &#38; that')
  expect(svg).toContain('&#60;ms&#62;')
  expect(svg).not.toContain('"quoted"')
})
