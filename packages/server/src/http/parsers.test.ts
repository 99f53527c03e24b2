/** What reads text from strangers takes no longer for text made to take long. */
import {
  adminEndpoints,
  clientFrame,
  emoji,
  endpoints,
  fold,
  limits,
  line,
  messageText,
  normalizeUsername,
  query,
  signInUsername,
  signUp,
  stripControls,
  updateMe,
  updateSettings,
  username,
} from '@roost/protocol'
import { expect, test } from 'vitest'
import type * as z from 'zod/mini'

import { contains, parseCursor } from '../cursor.ts'
import { typedWords } from '../name-words.ts'
import { parseQuery } from '../search/query.ts'
import { tokenize } from '../search/tokenize.ts'

const SIZE = 64 * 1024
const BOUND = 50

const fill = (part: string) => part.repeat(Math.ceil(SIZE / part.length)).slice(0, SIZE)
const texts = {
  letters: fill('a'),
  'letters and a surprise at the end': `${fill('a').slice(1)}!`,
  spaces: fill(' '),
  'spaces between': `x${fill(' ').slice(2)}x`,
  'carriage returns': fill('\r'),
  'line ends of all kinds': fill('\r\n\n\r'),
  NULs: fill('\0'),
  dashes: fill('-'),
  'tags of languages': `${fill('de-').slice(1)}!`,
  'signs of patterns': fill('%_\\'),
  'halves of characters': fill('\ud800'),
  'the other halves': fill('\udc00'),
  'accents on one letter': `a${fill('\u0301').slice(1)}`,
  'accents in an order to be changed': `a${fill('\u0315\u0300\u05ae\u0300').slice(1)}`,
  'a ligature of eighteen letters': fill('ﷺ'),
  'syllables that fall apart': fill('각'),
  'capitals that grow': fill('İ'),
  'final sigmas': fill('Σ'),
  families: fill('👩‍👩‍👧‍👦'),
  addresses: `${fill('a@')}.example`,
  'dots of an address': `a@${fill('a.').slice(3)}!`,
  quotes: fill('"\\'),
  'words of a search engine': fill('a++#'),
  quotations: fill('"a '),
  flags: fill('🇩🇪'),
  'skin tones': fill('👍🏽'),
  'variation selectors': `❤${fill('\ufe0f').slice(1)}`,
  'joiners at the end': `👩${fill('\u200d').slice(2)}`,
  'digits of another script': fill('٣'),
  uuids: fill('0198c7a0-0000-7000-8000-000000000000,'),
}

const account = { username: 'x', name: 'x', email: 'x', password: 'x' }
/** Each as strangers reach it: a schema, and what is done with what it lets pass. */
const after =
  <T>(schema: z.ZodMiniType<T>, next: (value: T) => unknown) =>
  (value: unknown) => {
    const { success, data } = schema.safeParse(value)
    return success ? next(data) : undefined
  }
const parsers: Record<string, (text: string) => unknown> = {
  username: after(username, normalizeUsername),
  name: after(line(limits.displayNameMax), fold),
  topic: after(line(limits.topicMax), fold),
  messageText: (text) => messageText.safeParse(text),
  query: after(query, (text) => contains(fold(text ?? ''))),
  words: after(query, typedWords),
  stripControls,
  // As long as a message, and as what is typed to search it, may be.
  tokenize: (text) => tokenize(text.slice(0, limits.messageLength)),
  parseQuery: (text) => parseQuery(text.slice(0, limits.queryMax)),
  search: (text) => endpoints.search.query.safeParse({ query: text, after: text, cursor: text }),
  emoji: (text) => emoji.safeParse(text),
  reaction: (text) => emoji.safeParse(text.slice(0, 64)),
  serverSettings: (text) => updateSettings.safeParse({ serverName: text, helpContact: text }),
  invite: (text) => endpoints.lookAtInvite.body.safeParse({ token: text }),
  adminSearch: (text) => adminEndpoints.adminUsers.query.safeParse({ query: text, filter: text }),
  audit: (text) => adminEndpoints.adminAudit.query.safeParse({ cursor: text }),
  email: (text) => signUp.safeParse({ ...account, email: text }),
  account: (text) => signUp.safeParse({ username: text, name: text, email: text, password: text }),
  signIn: (text) =>
    after(signInUsername, (sent) => normalizeUsername(sent.username))({
      username: text.slice(0, 200),
      password: text.slice(0, 1_000),
    }),
  locale: (text) => updateMe.safeParse({ locale: text, timeZone: text }),
  ids: (text) => endpoints.users.query.safeParse({ ids: text, limit: text, cursor: text }),
  frame: (text) => clientFrame.safeParse({ type: text, conversationId: text }),
  cursor: (text) => {
    try {
      return parseCursor(text)
    } catch {
      return undefined
    }
  },
}

test.each(Object.entries(parsers))('%s', (_name, parse) => {
  for (const [what, text] of Object.entries(texts)) {
    // The best of three: the machine may be busy, the parser may not.
    const times = [1, 2, 3].map(() => {
      const start = performance.now()
      parse(text)
      return performance.now() - start
    })
    expect([what, Math.min(...times)]).toEqual([what, expect.toSatisfy((ms: number) => ms < BOUND)])
  }
})
