/**
 * Puts what was measured into a document, between two comments that name it; all words around them
 * are written by hand:
 *
 *     <!-- figures: NAME -->
 *     <!-- /figures -->
 */
import { readFileSync, writeFileSync } from 'node:fs'

export function fillIn(file: string, name: string, figures: string): void {
  const [begin, end] = [`<!-- figures: ${name} -->`, '<!-- /figures -->']
  const document = readFileSync(file, 'utf8')
  const [before, after] = [document.indexOf(begin), document.indexOf(end, document.indexOf(begin))]
  if (before < 0 || after < 0) throw new Error(`${file} has no place for the figures "${name}".`)
  const from = before + begin.length
  writeFileSync(file, `${document.slice(0, from)}\n\n${figures}\n\n${document.slice(after)}`)
}
