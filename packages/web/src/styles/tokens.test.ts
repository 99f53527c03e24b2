import { expect, test } from 'vitest'

import { barColors } from '../theme.ts'
import { hues } from '../ui/identity.ts'

import css from './tokens.css?raw'

type Theme = 'light' | 'dark'
const tokens = new Map(
  [...css.matchAll(/--([\w-]+): (?:light-dark\((#\w{6}), (#\w{6})\)|(#\w{6}));/g)].map(
    ([, name = '', light, dark, both = '']) => [name, { light: light ?? both, dark: dark ?? both }],
  ),
)

function colour(token: string, theme: Theme): string {
  const found = tokens.get(token)?.[theme]
  if (found === undefined) throw new Error(`There is no token --${token}.`)
  return found
}

/** @see https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y)
  return (light + 0.05) / (dark + 0.05)
}

const surfaces = ['bg', 'side', 'raised', 'field', 'hover', 'hover-up', 'selected', 'other']
/** What is written in a token's colour, and on what; look of each in docs/design.md. */
const texts: Record<string, readonly string[]> = {
  ink: [...surfaces, 'other-fill'],
  'ink-2': surfaces,
  'ink-3': surfaces.filter((surface) => surface !== 'selected'),
  'brand-text': surfaces,
  'on-brand': ['brand', 'brand-hover', 'brand-active'],
  'own-ink': ['own', 'own-fill', 'mention-bg'],
  'own-meta': ['own', 'own-fill'],
  link: ['bg', 'side', 'raised', 'other', 'own'],
  read: ['own', 'side', 'selected'],
  mention: ['other', 'own'],
  'on-unread': ['unread'],
  'on-muted': ['muted'],
  danger: [...surfaces, 'own', 'danger-bg'],
  'on-danger': ['danger'],
  success: ['bg', 'raised', 'success-bg'],
  'on-strong': ['strong'],
  ...Object.fromEntries(hues.map((hue) => [`hue-${hue}`, [`hue-${hue}-bg`]])),
}
/** What is drawn in it. */
const marks: Record<string, readonly string[]> = {
  'line-strong': ['bg', 'field', 'raised'],
  online: ['bg', 'side', 'raised'],
  focus: ['bg', 'side', 'raised', 'other', 'own'],
}

test.each(['light', 'dark'] as const)('%s: every text and mark stands out', (theme) => {
  const faint = (pairs: Record<string, readonly string[]>, least: number) =>
    Object.entries(pairs).flatMap(([ink, grounds]) =>
      grounds
        .map((ground) => ({
          pair: `${ink} on ${ground}`,
          ratio: contrast(colour(ink, theme), colour(ground, theme)),
        }))
        .filter(({ ratio }) => ratio < least),
    )
  expect(faint(texts, 4.5)).toEqual([])
  expect(faint(marks, 3)).toEqual([])
})

test('the bar of the browser continues the page', () => {
  for (const theme of ['light', 'dark'] as const) expect(barColors[theme]).toBe(colour('bg', theme))
})
