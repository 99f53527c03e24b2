import account from './ru/account.json'
import chats from './ru/chats.json'
import invites from './ru/invites.json'
import messages from './ru/messages.json'
import profile from './ru/profile.json'
import rooms from './ru/rooms.json'
import search from './ru/search.json'
import settings from './ru/settings.json'
import timeline from './ru/timeline.json'
import ui from './ru/ui.json'

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
