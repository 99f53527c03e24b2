import account from './en/account.json'
import chats from './en/chats.json'
import rooms from './en/rooms.json'
import settings from './en/settings.json'
import timeline from './en/timeline.json'
import ui from './en/ui.json'

export const resources = { ui, account, settings, chats, timeline, rooms }
