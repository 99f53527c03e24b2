/** What was said in the weeks before: enough to scroll through, to search and to jump back to. */
import type { Who } from './people.ts'
import type { Line } from './story.ts'

/** One day's lines: time of day, who, what. */
type Said = readonly [time: string, by: Who, text: string, more?: Partial<Line>]

function on(days: number, ...lines: readonly Said[]): Line[] {
  return lines.map(([time, by, text, more]) => ({ by, when: { days, time }, text, ...more }))
}

const club: readonly Line[] = [
  ...on(
    25,
    ['08:12', 'jonas', 'Good morning, all. The club has a messenger of its own now: this one.'],
    ['08:15', 'ingrid', 'Endlich! Dann hört das mit den drei Gruppen auf.'],
    [
      '08:31',
      'lucia',
      '¡Qué bien! Hola a todos.',
      { reactions: { '👋': ['jonas', 'ana', 'fernanda'] } },
    ],
    ['09:02', 'karl', 'Und wo finde ich hier die großen Buchstaben?'],
    ['09:04', 'nora', 'In the settings of your browser, Opa. Ctrl and plus.', { answers: 1 }],
    ['09:20', 'karl', 'Wunderbar, ich sehe alles.'],
  ),
  ...on(
    23,
    ['17:40', 'tomasz', 'The crane comes on Thursday at nine. Who holds the ropes?'],
    ['17:44', 'diego', 'Yo. Y Ana también.'],
    ['17:45', 'ana', 'Yo también, sí 😅', { answers: 1 }],
    ['18:02', 'irina', 'Я могу фотографировать.'],
    ['18:10', 'tomasz', 'Ropes: Diego, Ana, me. Camera: Irina. Thank you!'],
  ),
  ...on(
    21,
    ['09:05', 'tomasz', 'The first boat hangs. *Nobody stands below it.*'],
    [
      '11:30',
      'irina',
      'Все лодки на воде!',
      {
        reactions: { '🎉': ['jonas', 'nora', 'lucia', 'ingrid', 'karl', 'ana'], '⛵': ['diego'] },
      },
    ],
    ['11:33', 'jing', '太好了，辛苦大家！'],
    ['12:15', 'jonas', 'Lunch is at the Fischerhaus. It is on the club today.'],
    ['12:16', 'karl', 'Ich bin schon da.', { reactions: { '😂': ['nora', 'jonas', 'lucia'] } }],
  ),
  ...on(
    19,
    ['20:11', 'fernanda', 'Does anybody have the tide table for the north pier?'],
    ['20:13', 'ingrid', 'High water at `06:42` and `19:05`, add ten minutes for the pier.'],
    ['20:20', 'fernanda', 'Thank you! ~I will oversleep that.~ I will be there.'],
  ),
  ...on(
    17,
    ['07:50', 'layla', 'صباح الخير! هل مركب الأطفال جاهز اليوم؟'],
    ['07:58', 'ingrid', 'Yes, the red one. The little life jackets are in the left box.'],
    ['08:03', 'layla', 'ممتاز، شكرًا جزيلًا.'],
    [
      '15:20',
      'layla',
      'الأولاد لا يريدون العودة إلى البيت 😄',
      {
        reactions: { '❤️': ['ingrid', 'nora', 'eleni'] },
      },
    ],
  ),
  ...on(
    15,
    [
      '19:30',
      'jonas',
      'Minutes of the meeting, in short: the jetty gets new planks in June, the fee stays, and the coffee machine may live.',
    ],
    [
      '19:34',
      'eleni',
      'Ζήτω η καφετιέρα!',
      { reactions: { '☕': ['jonas', 'nora', 'diego', 'karl'] } },
    ],
    ['19:41', 'peter', 'Who keeps the key for the tool box?'],
    ['19:43', 'nora', '@peter see the room *Boat shed keys*, it is open to all.', { answers: 1 }],
  ),
  ...on(
    12,
    ['06:55', 'ingrid', 'Sturmwarnung bis heute Abend, Böen 8. Bitte seht nach euren Leinen.'],
    ['07:10', 'diego', 'La mía está doble. Reviso la de Lucía.'],
    ['07:12', 'lucia', 'Gracias 🙏'],
    ['09:48', 'tomasz', 'Two fenders were swimming, both are in the shed now.'],
    [
      '18:30',
      'jonas',
      'It is over, and everything floats. Well done.',
      {
        reactions: { '💪': ['ingrid', 'diego', 'tomasz', 'nora'] },
      },
    ],
  ),
  ...on(
    10,
    ['16:00', 'mei', 'Hello, I am Mei, I joined today. I have never sailed, but I row.'],
    ['16:02', 'nora', 'Welcome, @mei! Then you have the better half of it already.'],
    ['16:05', 'jing', '欢迎你！'],
    ['16:06', 'lucia', '¡Bienvenida!'],
    ['16:07', 'irina', 'Добро пожаловать!'],
    ['16:15', 'mei', 'You are all so kind. ありがとうございます！'],
  ),
  ...on(
    7,
    ['12:00', 'fernanda', 'Found on the jetty: one child’s shoe, blue, left foot.'],
    ['12:30', 'layla', 'هذا لنا! شكرًا.', { answers: 1 }],
    ['12:31', 'fernanda', 'It waits on the window sill.'],
  ),
  ...on(
    5,
    ['18:20', 'eleni', 'Η βάρκα μπάζει λίγο νερό. Ποιος ξέρει από πολυεστέρα;'],
    [
      '18:26',
      'tomasz',
      'I do. Leave her on the trailer, I come tomorrow after work.',
      { answers: 1 },
    ],
    [
      '21:10',
      'tomasz',
      'Found it: the drain plug. It was in your jacket, Eleni.',
      {
        reactions: { '😂': ['eleni', 'jonas', 'nora', 'ingrid', 'karl'] },
      },
    ],
  ),
  ...on(
    3,
    [
      '08:00',
      'jonas',
      'For Saturday I still need three people with brushes and one with a ladder.',
    ],
    ['08:40', 'nora', 'The ladder is me.'],
    ['10:15', 'karl', 'Ich bringe die Bänke.'],
  ),
]

const regatta: readonly Line[] = [
  ...on(
    16,
    ['18:00', 'lucia', 'So: five of us, one boat, the fourth of July. Who steers?'],
    ['18:01', 'tomasz', 'Nora steers.'],
    ['18:02', 'diego', 'Nora.'],
    ['18:02', 'ana', 'Nora 🙋'],
    [
      '18:09',
      'nora',
      'I see that I was not asked.',
      {
        reactions: { '😂': ['lucia', 'tomasz', 'diego', 'ana'] },
      },
    ],
  ),
  ...on(
    9,
    ['20:30', 'tomasz', 'Sail 3 has a new batten. Spinnaker is dry.'],
    ['20:44', 'lucia', 'Y los guantes nuevos han llegado. _Rosas_, no había otros.'],
    ['20:45', 'diego', 'Rosa me queda bien.'],
  ),
]

const family: readonly Line[] = [
  ...on(
    18,
    ['10:00', 'nora', 'Opa, hier können wir jetzt schreiben. Nur du und ich.'],
    ['10:30', 'karl', 'Sehr gut. Wie geht es dem Balkon?'],
    ['10:32', 'nora', 'Die Tomaten sind so groß wie mein Daumen.'],
  ),
  ...on(
    11,
    ['19:15', 'karl', 'Ich habe den alten Sextanten gefunden. Willst du ihn haben?'],
    ['19:16', 'nora', 'JA!', { reactions: { '❤️': ['karl'] } }],
  ),
]

const karl: readonly Line[] = on(
  6,
  ['09:00', 'karl', 'Wie schreibt man fett?'],
  ['09:05', 'nora', 'Mit Sternchen: *so*.'],
  ['09:07', 'karl', '*Danke*', { reactions: { '👏': ['nora'] } }],
)

const lucia: readonly Line[] = [
  ...on(
    13,
    ['21:00', 'lucia', 'What was the name of that island with the lighthouse?'],
    ['21:04', 'nora', 'Greifswalder Oie. Two hours with this wind.'],
    ['21:05', 'lucia', 'Vamos en agosto, ¿sí?'],
    ['21:05', 'nora', 'Vamos.'],
  ),
  ...on(
    4,
    ['13:30', 'lucia', 'Look at this: https://example.org/charts/oie'],
    ['13:42', 'nora', 'Bookmarked. I will bring the old chart too, it has Opa’s notes.'],
  ),
]

const keys: readonly Line[] = on(
  20,
  ['09:00', 'nora', 'Who has which key? Write it here, please.'],
  ['09:12', 'jonas', '1 and 4.'],
  ['09:20', 'tomasz', '3, the tool box.'],
  ['11:02', 'ingrid', '2. And one that fits nothing.', { reactions: { '🗝️': ['tomasz'] } }],
)

export const weeks = { club, regatta, family, karl, lucia, keys }
