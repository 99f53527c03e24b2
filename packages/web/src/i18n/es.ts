import account from './es/account.json'
import chats from './es/chats.json'
import invites from './es/invites.json'
import messages from './es/messages.json'
import profile from './es/profile.json'
import rooms from './es/rooms.json'
import search from './es/search.json'
import settings from './es/settings.json'
import timeline from './es/timeline.json'
import ui from './es/ui.json'

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
