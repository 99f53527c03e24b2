/** What every picture is drawn on: a ground of its own, so that it reads on light and dark pages. */

export const series = 6
/** Of the small letters and of the title. */
export const sizes = { text: 12, title: 15 }

const light = ['#1d63d8', '#c2410c', '#0f7b6c', '#9333b8', '#a16207', '#b91c4b']
const dark = ['#7db0ff', '#ff9d66', '#4fd1b8', '#d59bf2', '#e5c04b', '#ff8fab']

/** @param name what somebody hears who does not see it */
export function paper(of: {
  width: number
  height: number
  name: string
  parts: readonly string[]
}): string {
  const { width, height, name, parts } = of
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escape(name)}">
<style>
${style}
</style>
<rect class="ground" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="10"/>
${parts.filter((part) => part !== '').join('\n')}
</svg>
`
}

const colours = (list: readonly string[]) =>
  list.map((colour, at) => `--s${at}: ${colour};`).join(' ')
const style = `svg { --ground: #ffffff; --edge: #dcdfe4; --ink: #1b1f24; --soft: #5a6472; --grid: #eceef1; --plain: #9aa5b4; ${colours(light)} }
@media (prefers-color-scheme: dark) {
  svg { --ground: #15191f; --edge: #323a45; --ink: #e8ebef; --soft: #a3adba; --grid: #262d36; --plain: #6b7787; ${colours(dark)} }
}
text { font: ${sizes.text}px system-ui, -apple-system, 'Segoe UI', 'Noto Sans', sans-serif; fill: var(--soft); font-variant-numeric: tabular-nums; }
.title { font-size: ${sizes.title}px; font-weight: 600; fill: var(--ink); }
.name { fill: var(--ink); } .strong { fill: var(--ink); font-weight: 600; }
.ground { fill: var(--ground); stroke: var(--edge); }
.grid { stroke: var(--grid); } .axis { stroke: var(--plain); }
.limit { stroke: var(--soft); stroke-dasharray: 5 4; }
.over { paint-order: stroke; stroke: var(--ground); stroke-width: 4px; stroke-linejoin: round; }
.plain { fill: var(--plain); } .bar { fill: var(--s0); }
.whisker { stroke: var(--ink); stroke-width: 1.25; opacity: 0.7; }
${light
  .map(
    (_, at) =>
      `.line${at} { stroke: var(--s${at}); fill: none; stroke-width: 2; } .spread${at} { fill: var(--s${at}); opacity: 0.14; } .dot${at} { fill: var(--s${at}); stroke: var(--ground); stroke-width: 1.5; } .name${at} { fill: var(--s${at}); font-weight: 600; }`,
  )
  .join('\n')}`

type Anchor = 'start' | 'middle' | 'end'

export function text(
  words: string,
  at: { x: number; y: number; anchor?: Anchor; class?: string },
): string {
  const { x, y, anchor = 'start', class: name } = at
  const shown = name === undefined ? '' : ` class="${name}"`
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}"${shown}>${escape(words)}</text>`
}

export function line(name: string, from: [number, number], to: [number, number]): string {
  const [[x1, y1], [x2, y2]] = [from.map(round), to.map(round)] as [number[], number[]]
  return `<line class="${name}" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}"/>`
}

/** About as wide as it will be: what draws it has fonts that are not known here. */
export function widthOf(words: string, size = sizes.text): number {
  const WIDE = 0.58
  return words.length * size * WIDE
}

export const round = (value: number) => Math.round(value * 10) / 10

function escape(words: string): string {
  return words.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`)
}
