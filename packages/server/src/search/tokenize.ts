/**
 * The words of a text as search knows them, the same for messages and for queries, on every engine.
 * Pure; takes time in proportion to the length. A changed rule needs a new index version.
 */

/** Longer words are cut here, on both sides, so that they still meet. UTF-16 code units. */
const WORD_MAX = 64

const scripts = 'Han Hira Kana Bopo Yiii Thai Laoo Khmr Mymr Tibt Talu Tale Lana Bali Java Cham'
/** Scripts that put no spaces between words: here each letter is a word. */
const unspaced = scripts.split(' ').map((script) => `\\p{scx=${script}}`)
/** What tells C++ and C# from C: directly after a word, and nothing directly after it. */
const suffix = (letters: string) => `(?<=[${letters}])(?:\\+\\+|#)(?![${letters}])`

const plain = /^[\t\n\r -~]*$/
const plainWord = new RegExp(`[a-z0-9]+|${suffix('a-z0-9')}`, 'g')
const word = new RegExp(
  [
    `[[${unspaced.join('')}]&&[\\p{L}\\p{N}]]\\p{M}*`,
    `[[\\p{L}\\p{N}]--[${unspaced.join('')}]][[\\p{L}\\p{N}\\p{M}]--[${unspaced.join('')}]]*`,
    '\\p{Regional_Indicator}{2}',
    '\\p{Extended_Pictographic}',
    suffix('\\p{L}\\p{N}'),
  ].join('|'),
  'gv',
)

/** More marks than this on one letter are noise, and putting them in order takes quadratic time. */
const heapedMarks = /(\p{M}{8})\p{M}+/gu

/**
 * Marks that tell how a letter is spoken, not which one it is: accents, Hebrew points, Arabic vowel
 * signs, the dots with which Indic scripts borrow letters. Other marks are vowels of their scripts
 * and stay. What shows nothing, and the stroke that lengthens Arabic words, goes as well.
 */
const droppedMarks = [
  '\\u0300-\\u036f\\u0483-\\u0489\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20ff\\ufe20-\\ufe2f',
  '\\u0591-\\u05bd\\u05bf\\u05c1\\u05c2\\u05c4\\u05c5\\u05c7',
  '\\u0610-\\u061a\\u0640\\u064b-\\u065f\\u0670\\u06d6-\\u06dc\\u06df-\\u06e4\\u06e7\\u06e8\\u06ea-\\u06ed',
  '\\u0898-\\u089f\\u08ca-\\u08e1\\u08e3-\\u08ff',
  '\\u093c\\u09bc\\u0a3c\\u0abc\\u0b3c\\u0cbc',
]
const dropped = new RegExp(`[${droppedMarks.join('')}\\p{Default_Ignorable_Code_Point}]`, 'gu')

/** Letters that Unicode does not take apart, and that people type either way. */
const alike = new Map(
  [
    'ß=ss æ=ae œ=oe ø=o đ=d ð=d ł=l þ=th ħ=h ı=i ς=σ',
    'ٱ=ا ى=ي ی=ي ې=ي ک=ك ة=ه ہ=ه ھ=ه',
    'ך=כ ם=מ ן=נ ף=פ ץ=צ',
  ]
    .join(' ')
    .split(' ')
    .map((pair) => [pair.slice(0, 1), pair.slice(2)] as const),
)
const alikeLetter = new RegExp(`[${[...alike.keys()].join('')}]`, 'gu')
const foreignDigit = /[^\P{Nd}0-9]/gu

export function tokenize(text: string): string[] {
  const words = plain.test(text)
    ? text.toLowerCase().match(plainWord)
    : foldForSearch(text).match(word)
  return (words ?? []).map(cut)
}

function foldForSearch(text: string): string {
  return text
    .replace(heapedMarks, '$1')
    .normalize('NFKD')
    .toLowerCase()
    .replace(dropped, '')
    .normalize('NFC')
    .replace(alikeLetter, (letter) => alike.get(letter) ?? letter)
    .replace(foreignDigit, digitOf)
}

/** The digits of a script lie in a row of ten, with something else before the next row. */
function digitOf(digit: string): string {
  const place = digit.codePointAt(0) ?? 0
  let zero = place
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--
  return String(place - zero)
}

/** Not within a surrogate pair. */
function cut(token: string): string {
  return token.length <= WORD_MAX ? token : token.slice(0, WORD_MAX).toWellFormed()
}
