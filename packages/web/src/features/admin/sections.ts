import {
  Activity,
  Hash,
  History,
  Link2,
  MessageSquare,
  SlidersHorizontal,
  Users,
} from 'lucide-react'
import type { ComponentType } from 'react'

import type { LucideIcon } from '../../ui/Icon.tsx'
import { AuditSection } from './AuditSection.tsx'
import { HealthSection } from './HealthSection.tsx'
import { InvitesSection } from './InvitesSection.tsx'
import { MessagesSection } from './MessagesSection.tsx'
import { RoomsSection } from './RoomsSection.tsx'
import { SettingsSection } from './SettingsSection.tsx'
import { UsersSection } from './UsersSection.tsx'

/** The sections in the order of the list. The id is in the address and names the texts. */
export const sections = [
  { id: 'users', icon: Users, content: UsersSection },
  { id: 'rooms', icon: Hash, content: RoomsSection },
  { id: 'messages', icon: MessageSquare, content: MessagesSection },
  { id: 'invites', icon: Link2, content: InvitesSection },
  { id: 'settings', icon: SlidersHorizontal, content: SettingsSection },
  { id: 'health', icon: Activity, content: HealthSection },
  { id: 'audit', icon: History, content: AuditSection },
] as const satisfies readonly { id: string; icon: LucideIcon; content: ComponentType }[]
export type SectionId = (typeof sections)[number]['id']
