import type { User } from '@roost/protocol'

/** What an avatar shows of a person. */
export function face({ id, name, picture }: Pick<User, 'id' | 'name' | 'picture'>) {
  return { id, name, picture, kind: 'person' as const }
}
