/** The people of a sailing club by the sea: who they are and what they look like. */
import type { Face } from './faces.ts'

interface Person {
  readonly name: string
  readonly about?: string
  readonly locale: string
}

export const people = {
  nora: { name: 'Nora Brandt', about: 'Wind permitting', locale: 'en' },
  jonas: { name: 'Jonas Petersen', about: 'Harbour master, ring twice', locale: 'en' },
  lucia: { name: 'Lucía Ferrer', about: 'Siempre hacia el mar', locale: 'es' },
  layla: { name: 'ليلى حداد', about: 'أمٌّ وبحّارة', locale: 'ar' },
  eleni: { name: 'Ελένη Παππά', locale: 'en' },
  karl: { name: 'Opa Karl', about: 'Ich höre euch, nur nicht immer.', locale: 'de' },
  tomasz: { name: 'Tomasz Wilk', about: 'At the workbench', locale: 'en' },
  ingrid: { name: 'Ingrid Sørensen', about: 'Youth training, first aid', locale: 'en' },
  diego: { name: 'Diego Ferrer', locale: 'es' },
  jing: { name: '陈静', about: '风和日丽', locale: 'zh-CN' },
  irina: { name: 'Ирина Соколова', about: 'Рисую лодки', locale: 'ru' },
  mei: { name: 'Mei Tanaka', about: 'New here', locale: 'en' },
  ana: { name: 'Ana Ruiz', locale: 'es' },
  fernanda: { name: 'Fernanda Reis', locale: 'en' },
  peter: { name: 'Peter Aalto', locale: 'en' },
  werner: { name: 'Werner Lang', locale: 'de' },
  /** Has just arrived. */
  sofie: { name: 'Sofie Lund', locale: 'en' },
} as const satisfies Record<string, Person>
export type Who = keyof typeof people

/** Everybody's password: it is a demonstration. */
export const password = 'a kite over the harbour'

/** What somebody signs up and in with. */
export function account(who: Who) {
  const email = `${who}@moewenbucht.example`
  return { username: who, name: people[who].name, email, password }
}

/** Minutes ago at which somebody who is not here was here last. */
export const lastSeen: Partial<Record<Who, number>> = {
  layla: 44,
  eleni: 81,
  karl: 14 * 60,
  tomasz: 17 * 60,
  diego: 61,
  jing: 130,
  irina: 190,
  mei: 2 * 24 * 60,
  ana: 4 * 24 * 60,
  peter: 3 * 24 * 60,
  fernanda: 5 * 60,
}

/** Some people have no picture, as everywhere. */
export const faces: Partial<Record<Who, Face>> = {
  nora: face('#cfe8d5', '#f0c9a8', 'bob', '#8a4a25', '#2f6c8b'),
  jonas: { ...face('#cddcf5', '#eec3a0', 'short', '#b98a4a', '#324a63'), beard: true },
  lucia: face('#bfe3f2', '#d9a37c', 'long', '#2d211c', '#c9503f'),
  layla: face('#f2d3e4', '#d8a67f', 'scarf', '#7b4a78', '#5b3658'),
  eleni: { ...face('#f4d9cf', '#e6b48f', 'curls', '#4a2f22', '#6b8f4e'), glasses: true },
  karl: { ...face('#f2dcc0', '#f0cdb2', 'bald', '#c9c5bc', '#5c6f57'), beard: true, glasses: true },
  tomasz: face('#e7dfb9', '#e9bd98', 'cap', '#3d4a63', '#7a5a3a'),
  ingrid: face('#f6cfc9', '#f3d2b8', 'bun', '#e2bf74', '#b23a48'),
  diego: { ...face('#f7dcc4', '#c98f66', 'curls', '#241b17', '#e0a030'), beard: true },
  jing: face('#f5cdc9', '#f0cba6', 'long', '#1f1a1a', '#3f7f6f'),
  irina: { ...face('#d9d3ee', '#f4d6bf', 'bob', '#c46a35', '#44407a'), glasses: true },
  mei: face('#cdeadf', '#f0cda9', 'short', '#1d1a1d', '#d9756b'),
  ana: face('#f3d3e9', '#8f5f43', 'bun', '#1b1514', '#f0b23c'),
  fernanda: face('#dfe9c3', '#6f4630', 'curls', '#120e0d', '#2f8f8b'),
}

function face(
  background: string,
  skin: string,
  hair: Face['hair'],
  hairColour: string,
  shirt: string,
): Face {
  return { background, skin, hair, hairColour, shirt }
}
