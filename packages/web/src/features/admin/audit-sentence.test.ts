import type { AuditEntry } from '@roost/protocol'
import { expect, test } from 'vitest'

import texts from '../../i18n/en/admin.json'
import { sentenceOf } from './audit-sentence.ts'

const entry = (action: string, details: AuditEntry['details'] = {}): AuditEntry => ({
  id: '1',
  at: 0,
  actorId: 'alice',
  action,
  subjectId: 'carol',
  subjectName: 'Carol',
  details,
})

test('every act of the server has a sentence', () => {
  const acts = {
    user: ['created', 'renamed', 'disabled', 'enabled', 'signed_out', 'reset_link', 'deleted'],
    room: ['renamed', 'topic', 'visibility', 'archived', 'unarchived', 'deleted'],
    message: ['removed'],
    invite: ['created', 'revoked'],
    settings: ['changed'],
  }
  const actions = Object.entries(acts).flatMap(([noun, verbs]) =>
    verbs.map((verb) => `${noun}.${verb}`),
  )
  for (const action of [...actions, 'user.role']) {
    const key = sentenceOf(entry(action))
    expect([action, key in texts.audit.acts]).toEqual([action, true])
    expect([action, key]).not.toEqual([action, 'other'])
  }
})

test('a role is told apart by what it became', () => {
  expect(sentenceOf(entry('user.role', { role: 'admin' }))).toBe('user_promoted')
  expect(sentenceOf(entry('user.role', { to: 'user' }))).toBe('user_demoted')
  expect(sentenceOf(entry('user.role'))).toBe('user_role')
})

test('what a newer server does is still said', () => {
  expect(sentenceOf(entry('moon.landed'))).toBe('other')
})
