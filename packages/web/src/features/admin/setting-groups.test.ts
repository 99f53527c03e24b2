import { settings, type Settings } from '@roost/protocol'
import { expect, test } from 'vitest'

import { changesOf, draftOf, settingGroups } from './setting-groups.ts'

const values: Settings = {
  serverName: 'Galley',
  signUp: 'open',
  invites: 'members',
  helpContact: null,
  pageDirect: 15,
  pageRoom: 25,
  signInsPerAccount: 10,
  signInsPerAddress: 300,
  signUpsPerAddress: 60,
  sendBurst: 200,
  sendsPerSecond: 20,
  requestsPerSecond: 100,
}

test('every setting of the server is in one group', () => {
  const names = settingGroups.flatMap((group) => group.fields.map(({ name }) => name))
  expect(names.toSorted()).toEqual(Object.keys(settings.shape).toSorted())
})

test('only what was changed is sent', () => {
  const draft = { ...draftOf(values), pageRoom: ' 30 ', serverName: 'Galley ' }
  expect(changesOf(draft, values)).toEqual({ changes: { pageRoom: 30 }, wrong: [] })
})

test('an emptied contact is none', () => {
  const asked = { ...values, helpContact: 'Nora' }
  const { changes } = changesOf({ ...draftOf(asked), helpContact: '  ' }, asked)
  expect(changes).toEqual({ helpContact: null })
})

test('what is no setting is named, and nothing else is lost', () => {
  const draft = { ...draftOf(values), serverName: '', pageDirect: '0', sendBurst: 'many' }
  const { wrong } = changesOf(draft, values)
  expect(wrong.toSorted()).toEqual(['pageDirect', 'sendBurst', 'serverName'])
})
