import { Bell, KeyRound, Keyboard, Languages, MonitorSmartphone, SunMoon, User } from 'lucide-react'
import type { ComponentType } from 'react'

import type { LucideIcon } from '../../ui/Icon.tsx'
import { AccountSection } from './AccountSection.tsx'
import { AppearanceSection } from './AppearanceSection.tsx'
import { DevicesSection } from './DevicesSection.tsx'
import { KeyboardSection } from './KeyboardSection.tsx'
import { LanguageSection } from './LanguageSection.tsx'
import { NotificationsSection } from './NotificationsSection.tsx'
import { ProfileSection } from './ProfileSection.tsx'

/** The sections in the order of the list. The id is in the address and names the texts. */
export const sections = [
  { id: 'profile', icon: User, content: ProfileSection },
  { id: 'account', icon: KeyRound, content: AccountSection },
  { id: 'notifications', icon: Bell, content: NotificationsSection },
  { id: 'appearance', icon: SunMoon, content: AppearanceSection },
  { id: 'language', icon: Languages, content: LanguageSection },
  { id: 'devices', icon: MonitorSmartphone, content: DevicesSection },
  { id: 'keyboard', icon: Keyboard, content: KeyboardSection },
] as const satisfies readonly { id: string; icon: LucideIcon; content: ComponentType }[]
