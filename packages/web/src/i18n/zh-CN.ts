import account from './zh-CN/account.json'
import chats from './zh-CN/chats.json'
import invites from './zh-CN/invites.json'
import messages from './zh-CN/messages.json'
import profile from './zh-CN/profile.json'
import rooms from './zh-CN/rooms.json'
import search from './zh-CN/search.json'
import settings from './zh-CN/settings.json'
import timeline from './zh-CN/timeline.json'
import ui from './zh-CN/ui.json'

export const resources = {
  ui,
  account,
  chats,
  invites,
  messages,
  profile,
  rooms,
  search,
  settings,
  timeline,
}
