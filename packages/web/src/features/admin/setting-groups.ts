/** Owns which settings belong together, how each is written into its field, and what is then sent. */
import {
  limits,
  settings,
  updateSettings,
  type SettingName,
  type Settings,
  type SignUpPolicy,
} from '@roost/protocol'

export interface TextSetting {
  readonly name: Exclude<SettingName, ChoiceSetting['name']>
  readonly as: 'text' | 'number'
}
export interface ChoiceSetting {
  readonly name: 'signUp' | 'invites'
  readonly as: 'choice'
  readonly options: readonly (SignUpPolicy | Settings['invites'])[]
}
export interface SettingGroup {
  readonly id: 'community' | 'joining' | 'pages' | 'limits'
  readonly fields: readonly (TextSetting | ChoiceSetting)[]
}

const number = (name: TextSetting['name']): TextSetting => ({ name, as: 'number' })

export const settingGroups: readonly SettingGroup[] = [
  {
    id: 'community',
    fields: [
      { name: 'serverName', as: 'text' },
      { name: 'helpContact', as: 'text' },
    ],
  },
  {
    id: 'joining',
    fields: [
      { name: 'signUp', as: 'choice', options: ['open', 'invite', 'closed'] },
      { name: 'invites', as: 'choice', options: ['members', 'admins'] },
    ],
  },
  { id: 'pages', fields: [number('pageDirect'), number('pageRoom')] },
  {
    id: 'limits',
    fields: [
      number('signInsPerAccount'),
      number('signInsPerAddress'),
      number('signUpsPerAddress'),
      number('sendBurst'),
      number('sendsPerSecond'),
      number('requestsPerSecond'),
    ],
  },
]

/** What stands in the fields. */
export type Draft = Readonly<Record<SettingName, string>>

const names = Object.keys(settings.shape) as SettingName[]

export function draftOf(values: Settings): Draft {
  const draft = names.map((name) => [name, String(values[name] ?? '')])
  return Object.fromEntries(draft) as Draft
}

/** A change names what it sets. */
type Changes = { readonly [Name in SettingName]?: Settings[Name] | undefined }

/** What differs from the values in force, and which fields hold what no setting can be. */
export function changesOf(
  draft: Draft,
  values: Settings,
): { changes: Changes; wrong: SettingName[] } {
  const written = draftOf(values)
  const changed = names.filter((name) => draft[name].trim() !== written[name])
  const read = Object.fromEntries(changed.map((name) => [name, readField(name, draft[name])]))
  const parsed = updateSettings.safeParse(read)
  if (parsed.success) return { changes: parsed.data, wrong: [] }
  const faults = new Set(parsed.error.issues.map(({ path }) => path[0]))
  return { changes: {}, wrong: changed.filter((name) => faults.has(name)) }
}

function readField(name: SettingName, text: string): unknown {
  const value = text.trim()
  if (name === 'helpContact') return value === '' ? null : value
  return isNumeric(name) && /^\d+$/.test(value) ? Number(value) : value
}

function isNumeric(name: SettingName): boolean {
  return settingGroups.some(({ fields }) =>
    fields.some((field) => field.name === name && field.as === 'number'),
  )
}

/** What a field says that holds something else: its bounds. */
export function boundsOf(name: SettingName): { min: number; max: number } {
  if (name === 'serverName') return { min: 1, max: limits.serverNameMax }
  if (name === 'helpContact') return { min: 0, max: limits.helpContactMax }
  return { min: 1, max: name.startsWith('page') ? limits.pageMax : 1_000_000 }
}
