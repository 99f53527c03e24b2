import { expect, test } from 'vitest'

import css from './tokens.css?raw'

const files = import.meta.glob<string>(['../**/*.{css,ts,tsx}', '!../**/*.test.ts', '!../dev/**'], {
  query: '?raw',
  import: 'default',
  eager: true,
})

/** What stands in quotes, which is where class names are; what is written for people is elsewhere. */
function wordsOf(source: string): string[] {
  const quoted = source.match(/'[^'\n]*'|"[^"\n]*"|`[^`]*`/g) ?? []
  return quoted.flatMap((text) => text.slice(1, -1).split(/[\s"'`]+/))
}

function find(kind: RegExp, search: (source: string) => readonly string[]): string[] {
  return Object.entries(files)
    .filter(([file]) => kind.test(file))
    .flatMap(([file, source]) => search(source).map((found) => `${file}: ${found}`))
}

/** `ml-2`, `-right-1`, `hover:rounded-l-md`, `text-left`: one side of the page, whatever its direction. */
const physicalClass =
  /(^|:)-?((m|p|scroll-m|scroll-p)[lr]-|(border|rounded)-(t|b)?[lr](-|$)|(left|right)-|(text|float|clear)-(left|right)$)/
const physicalProperty =
  /(^|[\s;{])((margin|padding|border|scroll-margin|scroll-padding)-(left|right)|left|right|border-(top|bottom)-(left|right)-radius)\s*:|(text-align|float|clear)\s*:\s*(left|right)/g
const rawColour = /#[\da-f]{3,8}\b|\b(rgba?|hsla?|oklch|oklab|lab|lch|hwb|color)\(/gi

test('no class and no rule knows left from right: the page may run the other way', () => {
  const inClasses = find(/\.tsx?$/, (source) =>
    wordsOf(source).filter((word) => physicalClass.test(word)),
  )
  const inRules = find(/\.css$/, (source) => source.match(physicalProperty) ?? [])
  expect([...inClasses, ...inRules]).toEqual([])
})

test('colours are named in one place', () => {
  const colours = find(/\.(css|tsx?)$/, (source) =>
    source === css ? [] : (source.replaceAll(/\/\*[^]*?\*\//g, '').match(rawColour) ?? []),
  )
  const known = colours.filter((found) => !found.startsWith('../theme.ts'))
  expect(known).toEqual([])
})

test('what these tests look for would be found', () => {
  for (const word of [
    'ml-2',
    '-mr-1',
    'hover:pl-3',
    'left-0',
    '-right-1',
    'rounded-tl-md',
    'border-r',
  ])
    expect([word, physicalClass.test(word)]).toEqual([word, true])
  for (const word of ['ms-2', 'inset-e-0', 'rounded-se-joint', 'min-w-0', 'place-items-center'])
    expect([word, physicalClass.test(word)]).toEqual([word, false])
  expect('.a { left: 0; text-align: right }'.match(physicalProperty)).toHaveLength(2)
  expect('.a { inset-inline-start: 0; text-align: end }'.match(physicalProperty)).toBeNull()
  expect(`'text-[#fff]' rgba(0, 0, 0, 0.5)`.match(rawColour)).toHaveLength(2)
})
