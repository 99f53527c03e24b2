import { fold } from '@roost/protocol'

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/**
 * Where `query` occurs in `text`, as [start, end) of `text`; accents and case do not count. Two pieces
 * of text that `alike` makes the same count as one.
 */
export function matchRanges(
  text: string,
  query: string,
  alike: (text: string) => string = fold,
): [start: number, end: number][] {
  const wanted = alike(query.trim())
  if (wanted === '') return []
  // Folding changes lengths ("ß", "ﬁ"): for each folded character, remember whose it was.
  let folded = ''
  const owners: { start: number; end: number }[] = []
  for (const { segment, index } of graphemes.segment(text)) {
    const piece = alike(segment)
    folded += piece
    const owner = { start: index, end: index + segment.length }
    for (let count = 0; count < piece.length; count++) owners.push(owner)
  }
  const ranges: [number, number][] = []
  for (
    let at = folded.indexOf(wanted);
    at !== -1;
    at = folded.indexOf(wanted, at + wanted.length)
  ) {
    const first = owners[at]
    const last = owners[at + wanted.length - 1]
    if (first && last) ranges.push([first.start, last.end])
  }
  return ranges
}
