/** A little sailing club, so that pictures show what people would see. Who they are and what they said. */

/** When the pictures are taken: a Friday morning in June, in Berlin. */
export const now = new Date('2026-06-12T07:41:00Z')

export const people = {
  nora: 'Nora Brandt',
  jonas: 'Jonas Petersen',
  lucia: 'Lucía Ferrer',
  layla: 'ليلى حداد',
  eleni: 'Ελένη Παππά',
  karl: 'Opa Karl',
  tomasz: 'Tomasz Wilk',
  ingrid: 'Ingrid Sørensen',
  diego: 'Diego Ferrer',
  mei: 'Mei Tanaka',
  ana: 'Ana Ruiz',
  fernanda: 'Fernanda Reis',
  peter: 'Peter Aalto',
  werner: 'Werner Lang',
  /** Has just arrived. */
  sofie: 'Sofie Lund',
} as const
export type Who = keyof typeof people

/** Minutes before `now` at which somebody who is not here was here last. */
export const lastSeen: Partial<Record<Who, number>> = {
  layla: 44,
  eleni: 81,
  karl: 14 * 60,
  tomasz: 17 * 60,
  diego: 61,
  mei: 2 * 24 * 60,
  ana: 4 * 24 * 60,
  peter: 3 * 24 * 60,
  fernanda: 5 * 60,
}

interface Line {
  readonly by: Who
  /** Minutes before `now`. */
  readonly ago: number
  readonly text: string
  /** Answers the line this many lines above. */
  readonly answers?: number
}

export interface Chat {
  /** A direct chat with Nora, or a room. */
  readonly with?: Who
  readonly room?: { name: string; topic?: string; visibility: 'public' | 'private'; members: Who[] }
  readonly lines: readonly Line[]
  /** How many of the last lines Nora has not read. */
  readonly unread?: number
  /** Who has read everything. */
  readonly readBy?: readonly Who[]
}

const day = 24 * 60
const say = (by: Who, ago: number, text: string, answers?: number): Line =>
  answers === undefined ? { by, ago, text } : { by, ago, text, answers }

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
      say('ingrid', 3 * day + 40, 'Key 2 is back on the board.'),
      say('nora', 3 * day, 'The code for the box changes on Monday.'),
    ],
    readBy: ['jonas'],
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
      say('lucia', day + 150, 'Start is at 10:00, so we meet at 8:30 with everything packed.'),
      say('tomasz', day + 140, 'Wind 4–5, gusts 6 from the west.'),
      say('diego', day + 90, 'I bring the spare halyard.'),
      say('ana', day + 60, 'And I bring breakfast for five.'),
    ],
    unread: 3,
  },
  {
    with: 'karl',
    lines: [
      say('karl', 15 * 60, 'Wann kommt ihr am Sonntag?'),
      say('nora', 14 * 60 + 30, 'Gegen elf, mit Kuchen.'),
    ],
    readBy: ['karl'],
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
      say('nora', 58, 'كلها؟ شكرًا!'),
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
      members: [
        'nora',
        'jonas',
        'lucia',
        'layla',
        'eleni',
        'karl',
        'tomasz',
        'ingrid',
        'diego',
        'mei',
        'ana',
        'fernanda',
      ],
    },
    lines: [
      say('jonas', day + 700, 'The new mooring lines have arrived: https://example.org/lines'),
      say('karl', day + 650, 'Wunderbar. Die alten nehme ich für den Garten.'),
      say(
        'ingrid',
        88,
        'Guten Morgen zusammen! Samstag ist Arbeitsdienst am Steg, ab 10 Uhr. Bitte Handschuhe mitbringen.',
      ),
      say('ingrid', 87, 'Kaffee und Kuchen gibt es natürlich auch.'),
      say('eleni', 81, 'Θα είμαι εκεί στις δέκα και μισή, με δύο βούρτσες.'),
      say('nora', 70, 'Ευχαριστώ! I’ll bring the ladder and the long brush.'),
      say('layla', 57, 'سأكون هناك مع الأولاد بعد الظهر، ومعنا الشاي.'),
      say('tomasz', 43, 'Someone left a red jacket in the boat. Is it yours?'),
      say('jonas', 11, 'The rota for the safety boat is up. Two gaps left: 14:00 and 16:00.'),
      say('jonas', 9, 'Nora, can you take 14:00? And Diego the later one?'),
      say('diego', 7, 'A las cuatro puedo. Con café, claro.', 2),
      say('nora', 6, '14:00 is mine.'),
    ],
    readBy: [
      'jonas',
      'lucia',
      'layla',
      'eleni',
      'karl',
      'tomasz',
      'ingrid',
      'diego',
      'mei',
      'ana',
      'fernanda',
    ],
  },
  {
    room: { name: 'Familie Brandt', visibility: 'private', members: ['nora', 'karl'] },
    lines: [
      say('karl', 20, 'Der Zug kommt um 16:04 an, Gleis 3.'),
      say('nora', 15, 'Ich hole dich ab. Nimm den Regenmantel mit!'),
      say('karl', 3, '👍'),
    ],
    unread: 1,
  },
  {
    with: 'lucia',
    lines: [
      say('lucia', day + 55, 'Did you see the forecast for Saturday? ☀️'),
      say('nora', day + 50, 'I did. Twelve knots from the south-west, it could not be better.'),
      say('lucia', day + 48, 'Then let us take the long way round the island.'),
      say('nora', 47, 'I’m at the slip at half nine, tide permitting.'),
      say(
        'lucia',
        12,
        'Running late, the bakery queue goes around the corner. What shall I bring?',
      ),
      say('nora', 9, 'Cardamom buns, please. And something for Diego, he forgets to eat.', 1),
      say('lucia', 5, 'Y trae crema: sun all day.'),
      say('lucia', 5, '😂'),
      say('nora', 2, 'Claro que sí, the key is already in my pocket.'),
    ],
    readBy: ['lucia'],
  },
]

/** Rooms that Nora can find, and has not joined. */
export const otherRooms: readonly { name: string; topic: string; by: Who; members: Who[] }[] = [
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
