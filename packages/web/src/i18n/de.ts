import account from './de/account.json'
import chats from './de/chats.json'
import rooms from './de/rooms.json'
import settings from './de/settings.json'
import timeline from './de/timeline.json'
import ui from './de/ui.json'

export const resources = { ui, account, settings, chats, timeline, rooms }
