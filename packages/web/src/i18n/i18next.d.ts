import type { resources } from './en.ts'
import type admin from './en/admin.json'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'ui'
    resources: typeof resources & { admin: typeof admin }
  }
}
