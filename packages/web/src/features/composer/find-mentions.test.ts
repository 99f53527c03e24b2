import { expect, test } from 'vitest'

import { findMentions } from './find-mentions.ts'

const person = (id: string, username: string | null) => ({
  id,
  kind: 'person',
  username,
  name: id,
  picture: null,
})
const people = [person('n', 'nora'), person('j', 'jonas'), person('p', null)]

test('those who are named, once, and nobody named in code or as a part of a word', () => {
  expect(findMentions('@jonas and *@Nora*, @nora!', people)).toEqual(['j', 'n'])
  expect(findMentions('`@nora` x@jonas @norah @p', people)).toEqual([])
  expect(findMentions('nobody', people)).toEqual([])
})
