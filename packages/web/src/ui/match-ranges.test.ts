import { expect, test } from 'vitest'

import { matchRanges } from './match-ranges.ts'

function matches(text: string, query: string): string[] {
  return matchRanges(text, query).map(([start, end]) => text.slice(start, end))
}

test.each([
  ['Lucía Ferrer', 'er', ['er', 'er']],
  ['Lucía Ferrer', 'LUCIA', ['Lucía']],
  ['Lucia Ferrer', 'lucía', ['Lucia']],
  ['ingrid sørensen', 'Ø', ['ø']],
  ['Łukasz', 'kas', ['kas']],
  ['e\u0301te\u0301', 'te', ['te\u0301']],
  ['陈静', '静', ['静']],
  ['김민수', '민수', ['민수']],
  ['ﬁre', 'fir', ['ﬁr']],
  ['aaaa', 'aa', ['aa', 'aa']],
  ['Nora', 'x', []],
  ['Nora', '  ', []],
])('in %j the query %j marks %j', (text, query, marked) => {
  expect(matches(text, query)).toEqual(marked)
})
