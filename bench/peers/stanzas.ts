/**
 * What comes over an XMPP stream, cut into its elements by looking for their ends. That is no parser of
 * XML: it counts on servers that escape every `>` in attributes and text, and nest no element in one of
 * its own name, which is so for all that a chat is sent.
 */
const [SLASH, QUESTION, SPACE] = ['/', '?', ' '].map((sign) => sign.charCodeAt(0))

export class Cutter {
  #rest = ''

  /** Hands on every element that has come as a whole; a stream's head and its end stand alone. */
  cut(chunk: string, handle: (element: string) => void): void {
    const text = this.#rest + chunk
    let at = 0
    for (;;) {
      // Between elements there may be white space, to keep the connection open.
      const from = text.indexOf('<', at)
      const end = from < 0 ? -1 : endOf(text, from)
      if (end < 0) {
        this.#rest = text.slice(at)
        return
      }
      at = end
      handle(text.slice(from, end))
    }
  }
}

function endOf(text: string, from: number): number {
  const close = text.indexOf('>', from)
  if (close < 0) return -1
  const first = text.charCodeAt(from + 1)
  const standsAlone =
    first === SLASH || first === QUESTION || text.startsWith('stream:stream', from + 1)
  if (standsAlone || text.charCodeAt(close - 1) === SLASH) return close + 1
  let nameEnd = from + 1
  while (nameEnd < close && text.charCodeAt(nameEnd) !== SPACE) nameEnd += 1
  const ending = `</${text.slice(from + 1, nameEnd)}>`
  const at = text.indexOf(ending, close)
  return at < 0 ? -1 : at + ending.length
}

/** Of the element itself, as long as it has that attribute. */
export function attributeOf(element: string, name: string): string {
  const start = ` ${name}=`
  const at = element.indexOf(start)
  if (at < 0) return ''
  const from = at + start.length + 1
  return element.slice(from, element.indexOf(element.charAt(from - 1), from))
}

export function bodyOf(message: string): string | undefined {
  const from = message.indexOf('<body>')
  if (from < 0) return undefined
  return unescapeText(message.slice(from + '<body>'.length, message.indexOf('</body>', from)))
}

const SIGNS: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
}

function unescapeText(text: string): string {
  if (!text.includes('&')) return text
  return text.replaceAll(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (typeof hex === 'string') return String.fromCodePoint(Number.parseInt(hex, 16))
    if (typeof decimal === 'string') return String.fromCodePoint(Number(decimal))
    return SIGNS[String(name)] ?? whole
  })
}

// A carriage return would be read as a line feed; the rest of these XML cannot say at all.
// oxlint-disable-next-line no-control-regex
const AWKWARD = /[&<>\r]|[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g

export function escapeText(text: string): string {
  return text.toWellFormed().replaceAll(AWKWARD, (sign) => {
    if (sign === '&') return '&amp;'
    if (sign === '<') return '&lt;'
    if (sign === '>') return '&gt;'
    return sign === '\r' ? '&#13;' : '\ufffd'
  })
}
