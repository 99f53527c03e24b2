import account from './ar/account.json'
import chats from './ar/chats.json'
import invites from './ar/invites.json'
import messages from './ar/messages.json'
import profile from './ar/profile.json'
import rooms from './ar/rooms.json'
import search from './ar/search.json'
import settings from './ar/settings.json'
import timeline from './ar/timeline.json'
import ui from './ar/ui.json'

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
