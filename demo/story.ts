/** What the club has said to each other: weeks of it, in the languages of its members. */
import type { Who } from './people.ts'
import { weeks } from './weeks.ts'

export interface Line {
  readonly by: Who
  /** Minutes ago; or a time of day, so many days ago. */
  readonly when: number | { readonly days: number; readonly time: string }
  readonly text: string
  /** Answers the line this many lines above. */
  readonly answers?: number
  /** Emoji, and who reacted with it. */
  readonly reactions?: Readonly<Record<string, readonly Who[]>>
  /** What it said at first. */
  readonly corrects?: string
  /** It was taken back a little later. */
  readonly deleted?: true
}

export interface Chat {
  /** A direct chat with Nora, or a room. */
  readonly with?: Who
  readonly room?: {
    readonly name: string
    readonly topic?: string
    readonly visibility: 'public' | 'private'
    /** The first one made it. */
    readonly members: readonly Who[]
    readonly admins?: readonly Who[]
  }
  readonly lines: readonly Line[]
  /** How many of the last lines Nora has not read. */
  readonly unread?: number
  /** Who has read everything. */
  readonly readBy?: readonly Who[]
  readonly pinned?: true
  readonly muted?: true
}

const day = 24 * 60
const say = (by: Who, when: number, text: string, more: Partial<Line> = {}): Line => ({
  by,
  when,
  text,
  ...more,
})

const club: readonly Who[] = [
  'nora',
  'jonas',
  'lucia',
  'layla',
  'eleni',
  'karl',
  'tomasz',
  'ingrid',
  'diego',
  'jing',
  'irina',
  'mei',
  'ana',
  'fernanda',
  'peter',
]

export const chats: readonly Chat[] = [
  {
    with: 'mei',
    lines: [
      say('nora', 4 * day, 'Welcome aboard! The beginners’ course meets at the blue container.'),
      say('mei', 4 * day - 5, 'Thank you 🙏 Do I need my own life jacket?'),
      say('nora', 4 * day - 7, 'No, we have plenty. Size M is on the left.'),
    ],
    readBy: ['mei'],
  },
  {
    room: {
      name: 'Boat shed keys',
      topic: 'Who has which key',
      visibility: 'public',
      members: ['nora', 'jonas', 'ingrid', 'tomasz'],
    },
    lines: [
      ...weeks.keys,
      say('ingrid', 3 * day + 40, 'Key 2 is back on the board.'),
      say('nora', 3 * day, 'The code for the box changes on Monday.'),
    ],
    readBy: ['jonas'],
    muted: true,
  },
  {
    with: 'irina',
    lines: [
      say('irina', 2 * day + 420, 'Нарисовала новый флаг для регаты. Показать?'),
      say('nora', 2 * day + 415, 'Конечно! Show me everything.'),
      say('irina', 2 * day + 410, 'Синий, с белой чайкой. Завтра принесу эскиз.', {
        reactions: { '😍': ['nora'] },
      }),
      say('nora', 2 * day + 400, 'Спасибо, Ира!'),
    ],
    readBy: ['irina'],
  },
  {
    with: 'ingrid',
    lines: [
      say('ingrid', 2 * day + 300, 'Could you count the flares before the weekend?'),
      say('nora', 2 * day + 280, 'Done. Six, two of them expired.'),
      say('ingrid', 2 * day + 275, 'Takk! Da seiler vi på lørdag.'),
    ],
    readBy: ['ingrid'],
  },
  {
    with: 'tomasz',
    lines: [
      say('tomasz', day + 200, 'The antifouling is cheaper at the chandler in town.'),
      say('nora', day + 190, 'Then let us buy it there. Blue again?'),
    ],
  },
  {
    room: {
      name: 'Regatta crew · July',
      visibility: 'private',
      members: ['nora', 'tomasz', 'lucia', 'diego', 'ana'],
    },
    lines: [
      ...weeks.regatta,
      say('lucia', day + 150, 'Start is at 10:00, so we meet at 8:30 with everything packed.'),
      say('tomasz', day + 140, 'Wind 4–5, gusts 6 from the west.'),
      say('diego', day + 90, 'I bring the spare halyard.'),
      say('ana', day + 60, 'And I bring breakfast for five.'),
    ],
    unread: 3,
    muted: true,
  },
  {
    with: 'karl',
    lines: [
      ...weeks.karl,
      say('karl', 15 * 60, 'Wann kommt ihr am Sonntag?'),
      say('nora', 14 * 60 + 30, 'Gegen elf, mit Kuchen.'),
    ],
    readBy: ['karl'],
  },
  {
    with: 'jing',
    lines: [
      say('jing', 150, '周六早上几点在码头集合？'),
      say('nora', 146, '10:00, at the blue container. 要带刷子！'),
      say('jing', 132, '好的，周六早上码头见。', { reactions: { '👍': ['nora'] } }),
    ],
    readBy: ['jing'],
  },
  {
    with: 'eleni',
    lines: [
      say('eleni', 95, 'Λείπει κάτι για το Σάββατο;'),
      say('nora', 90, 'Brushes, if you have some. And good shoes.'),
      say('eleni', 83, 'Έχω δύο βούρτσες.'),
      say('nora', 81, 'Τέλεια, τα λέμε στην προβλήτα.'),
    ],
    readBy: ['eleni'],
  },
  {
    with: 'layla',
    lines: [
      say('nora', 70, 'The pictures of the children on the jetty are wonderful.'),
      say('layla', 62, 'أرسلت لك الصور كلها أمس مساءً.'),
      say('nora', 58, 'كلها؟ شكرًا!', { reactions: { '❤️': ['layla'] } }),
      say('layla', 46, 'نعم، 24 صورة. رقم IMG_2043 هي الأجمل.'),
      say('layla', 44, 'هل نلتقي يوم السبت عند المرسى؟'),
    ],
    unread: 2,
    readBy: ['layla'],
  },
  {
    room: {
      name: 'Segelclub Möwenbucht',
      topic: 'Steg, Boote, Termine',
      visibility: 'public',
      members: ['jonas', ...club.filter((who) => who !== 'jonas')],
      admins: ['ingrid', 'nora'],
    },
    lines: [
      ...weeks.club,
      say('jonas', day + 700, 'The new mooring lines have arrived: https://example.org/lines'),
      say('karl', day + 650, 'Wunderbar. Die alten nehme ich für den Garten.', {
        reactions: { '😂': ['nora', 'ingrid', 'tomasz'] },
      }),
      say(
        'ingrid',
        88,
        'Guten Morgen zusammen! Samstag ist Arbeitsdienst am Steg, ab *10 Uhr*. Bitte Handschuhe mitbringen.',
      ),
      say('ingrid', 87, 'Kaffee und Kuchen gibt es natürlich auch.', {
        reactions: {
          '❤️': ['karl', 'lucia', 'mei', 'ana', 'eleni', 'layla'],
          '☕': ['nora', 'jonas', 'diego', 'fernanda'],
          '🙌': ['tomasz', 'jing'],
        },
      }),
      say('jing', 84, '我十点半到，可以带两把刷子和一桶漆。'),
      say('eleni', 81, 'Θα είμαι εκεί στις δέκα και μισή, με δύο βούρτσες.'),
      say('nora', 70, '谢谢! Ευχαριστώ! I’ll bring the ladder and the long brush.'),
      say('layla', 57, 'سأكون هناك مع الأولاد بعد الظهر، ومعنا الشاي.'),
      say('irina', 52, 'А я покрашу скамейку. Какой цвет?', { corrects: 'А я покрашу скамейку.' }),
      say('tomasz', 48, 'Wrong boat, sorry.', { deleted: true }),
      say('tomasz', 43, 'Someone left a red jacket in the boat. Is it yours?'),
      say('jonas', 11, 'The rota for the safety boat is up. Two gaps left: 14:00 and 16:00.'),
      say('jonas', 9, '@nora can you take 14:00? @diego the later one?'),
      say('diego', 7, 'A las cuatro puedo. *Con café*, claro.', { answers: 2 }),
      say('nora', 6, '14:00 is mine.', { reactions: { '👍': ['jonas', 'ingrid', 'diego'] } }),
    ],
    readBy: club.filter((who) => who !== 'nora'),
  },
  {
    room: { name: 'Familie Brandt', visibility: 'private', members: ['nora', 'karl'] },
    lines: [
      ...weeks.family,
      say('karl', 20, 'Der Zug kommt um 16:04 an, Gleis 3.'),
      say('nora', 15, 'Ich hole dich ab. Nimm den Regenmantel mit!'),
      say('karl', 3, '👍'),
    ],
    unread: 1,
    pinned: true,
  },
  {
    with: 'lucia',
    lines: [
      ...weeks.lucia,
      say('lucia', day + 55, 'Did you see the forecast for Saturday? ☀️'),
      say('nora', day + 50, 'I did. Twelve knots from the south-west, it could not be better.'),
      say('lucia', day + 48, 'Then let us take the long way round the island.', {
        reactions: { '⛵': ['nora'] },
      }),
      say('nora', 47, 'I’m at the slip at half nine, tide permitting.'),
      say(
        'lucia',
        12,
        'Running late, the bakery queue goes around the corner. What shall I bring?',
      ),
      say('nora', 9, 'Cardamom buns, please. And something for Diego, he forgets to eat.', {
        answers: 1,
        reactions: { '😄': ['lucia'] },
      }),
      say('lucia', 5, 'Y trae crema: sun all day.'),
      say('lucia', 5, '😂'),
      say('nora', 2, 'Claro que sí, the key is already in my pocket.'),
    ],
    readBy: ['lucia'],
    pinned: true,
  },
]

/** Rooms that Nora can find, and has not joined. */
export const otherRooms: readonly {
  readonly name: string
  readonly topic: string
  readonly by: Who
  readonly members: readonly Who[]
}[] = [
  {
    name: 'Youth training',
    topic: 'Tuesdays at five, Optimists and 420s',
    by: 'jonas',
    members: ['ana', 'mei', 'peter'],
  },
  {
    name: 'Buy and sell',
    topic: 'Sails, boots, half a trailer',
    by: 'tomasz',
    members: ['werner', 'ingrid', 'fernanda', 'diego'],
  },
  { name: 'Weather watch', topic: 'What the glass says', by: 'karl', members: ['peter'] },
  {
    name: 'Galley recipes',
    topic: 'One pot, one flame',
    by: 'lucia',
    members: ['ana', 'eleni', 'layla'],
  },
]
