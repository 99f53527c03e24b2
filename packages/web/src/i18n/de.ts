import account from './de/account.json'
import chats from './de/chats.json'
import invites from './de/invites.json'
import messages from './de/messages.json'
import profile from './de/profile.json'
import rooms from './de/rooms.json'
import search from './de/search.json'
import settings from './de/settings.json'
import timeline from './de/timeline.json'
import ui from './de/ui.json'

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
