import { Keyboard, Languages, SunMoon, User } from 'lucide-react'
import type { ComponentType } from 'react'

import type { LucideIcon } from '../../ui/Icon.tsx'
import { AppearanceSection } from './AppearanceSection.tsx'
import { KeyboardSection } from './KeyboardSection.tsx'
import { LanguageSection } from './LanguageSection.tsx'
import { ProfileSection } from './ProfileSection.tsx'

/** The sections in the order of the list. The id is in the address and names the texts. */
export const sections = [
  { id: 'profile', icon: User, content: ProfileSection },
  { id: 'appearance', icon: SunMoon, content: AppearanceSection },
  { id: 'language', icon: Languages, content: LanguageSection },
  { id: 'keyboard', icon: Keyboard, content: KeyboardSection },
] as const satisfies readonly { id: string; icon: LucideIcon; content: ComponentType }[]
