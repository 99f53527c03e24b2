import account from './en/account.json'
import chats from './en/chats.json'
import invites from './en/invites.json'
import messages from './en/messages.json'
import profile from './en/profile.json'
import rooms from './en/rooms.json'
import search from './en/search.json'
import settings from './en/settings.json'
import timeline from './en/timeline.json'
import ui from './en/ui.json'

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
