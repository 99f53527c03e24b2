/**
 * Something to write: sentences of made-up words, few of which are everywhere and most of which are
 * rare, as in every language. The same in every run.
 */

/** In a third of all messages. */
export const COMMON = 'lantern'
/** In one of so many messages. */
export const RARE = 'heron'
const RARE_EVERY = 20_000

const VOCABULARY = 20_000
const SENTENCES = 50_000
const SYLLABLES = 'ba ce di fo gu la me ni po ru sa te vi wo zu har len mir tos kan'.split(' ')

/** Random from 0 to 1, the same in every run. */
export function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    return (state >>> 0) / 2 ** 32
  }
}

export function makeSentences(): (number: number) => string {
  const roll = dice(1)
  const words = Array.from({ length: VOCABULARY }, (_, at) => wordOf(at))
  // The nth word comes about once in n times.
  const word = () => words[Math.floor(VOCABULARY ** roll()) - 1] ?? ''
  const sentences = Array.from({ length: SENTENCES }, (_, at) => {
    const length = 3 + Math.floor(roll() * 14)
    const said = Array.from({ length }, word).join(' ')
    return at % 3 === 0 ? `${said} ${COMMON}` : said
  })
  return (number) => {
    const sentence = sentences[number % SENTENCES] ?? ''
    return number % RARE_EVERY === RARE_EVERY / 2 ? `${sentence} ${RARE}` : sentence
  }
}

function wordOf(number: number): string {
  let word = ''
  for (let rest = number + SYLLABLES.length; rest > 0; rest = Math.floor(rest / SYLLABLES.length))
    word += SYLLABLES[rest % SYLLABLES.length] ?? ''
  return word
}
