import type { AuditEntry } from '@roost/protocol'

const acts = [
  'user_created',
  'user_renamed',
  'user_disabled',
  'user_enabled',
  'user_role',
  'user_signed_out',
  'user_reset_link',
  'user_deleted',
  'room_renamed',
  'room_topic',
  'room_visibility',
  'room_archived',
  'room_unarchived',
  'room_deleted',
  'message_removed',
  'invite_created',
  'invite_revoked',
  'settings_changed',
] as const
export type AuditSentence = (typeof acts)[number] | 'user_promoted' | 'user_demoted' | 'other'

/** Which of the texts under `audit.acts` says what was done. */
export function sentenceOf({ action, details }: AuditEntry): AuditSentence {
  if (action === 'user.role') {
    const role = details['role'] ?? details['to']
    if (role === 'admin') return 'user_promoted'
    if (role === 'user') return 'user_demoted'
  }
  return acts.find((act) => act === action.replace('.', '_')) ?? 'other'
}
