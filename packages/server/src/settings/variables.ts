/** The environment variables that decide product settings, and what each wants. */
import { limits, settings, type SettingName, type Settings } from '@roost/protocol'
import * as z from 'zod/mini'

export const settingVariables: Readonly<Record<SettingName, string>> = {
  serverName: 'ROOST_SERVER_NAME',
  signUp: 'ROOST_SIGN_UP',
  invites: 'ROOST_INVITES',
  helpContact: 'ROOST_HELP_CONTACT',
  pageDirect: 'ROOST_PAGE_DIRECT',
  pageRoom: 'ROOST_PAGE_ROOM',
  signInsPerAccount: 'ROOST_SIGN_INS_PER_ACCOUNT',
  signInsPerAddress: 'ROOST_SIGN_INS_PER_ADDRESS',
  signUpsPerAddress: 'ROOST_SIGN_UPS_PER_ADDRESS',
  sendBurst: 'ROOST_SEND_BURST',
  sendsPerSecond: 'ROOST_SENDS_PER_SECOND',
  requestsPerSecond: 'ROOST_REQUESTS_PER_SECOND',
}

const line = (max: number) => `one line of at most ${max} characters`
/** For those that are not whole numbers. */
const texts: Partial<Record<SettingName, string>> = {
  serverName: line(limits.serverNameMax),
  signUp: 'open, invite or closed',
  invites: 'members or admins',
  helpContact: line(limits.helpContactMax),
}

/** @param refuse told of a value that does not fit: the variable and what it wants */
export function readSettingVariables(
  read: (variable: string) => string | undefined,
  refuse: (variable: string, wanted: string) => Error,
): Partial<Settings> {
  const fixed: Record<string, unknown> = {}
  for (const name of Object.keys(settingVariables) as SettingName[]) {
    const variable = settingVariables[name]
    const text = read(variable)
    if (text === undefined) continue
    const wanted = texts[name] ?? wholeNumber(name)
    const isNumber = texts[name] === undefined
    if (isNumber && !/^\d+$/.test(text)) throw refuse(variable, wanted)
    const value = settings.shape[name].safeParse(isNumber ? Number(text) : text)
    if (!value.success) throw refuse(variable, wanted)
    fixed[name] = value.data
  }
  return fixed
}

function wholeNumber(name: SettingName): string {
  const { minimum, maximum } = z.toJSONSchema(settings.shape[name])
  return `a whole number from ${minimum} to ${maximum}`
}
