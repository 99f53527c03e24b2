/** From rows of `conversations` to what the wire says of them. */
import type { ConversationBase } from '@roost/protocol'
import type { Selectable } from 'kysely'

import type { ConversationsTable } from '../storage/schema.ts'

export const baseColumns = [
  'id',
  'kind',
  'name',
  'topic',
  'visibility',
  'history',
  'memberCount',
  'picture',
  'archivedAt',
  'createdAt',
] as const satisfies readonly (keyof ConversationsTable)[]

export function toBase(
  row: Pick<Selectable<ConversationsTable>, (typeof baseColumns)[number]>,
): ConversationBase {
  const { id, kind, name, topic, visibility, history, memberCount } = row
  const { picture, archivedAt, createdAt } = row
  return { id, kind, name, topic, visibility, history, memberCount, picture, archivedAt, createdAt }
}

/** The key under which a direct chat is found: both ids, sorted. Someone's notes to self repeat theirs. */
export function directKeyOf(a: string, b: string): string {
  return [a, b].toSorted().join(':')
}

/** The person of a direct chat who is not the viewer. */
export function otherOf(directKey: string, viewerId: string): string {
  const [first = viewerId, second = viewerId] = directKey.split(':')
  return first === viewerId ? second : first
}
