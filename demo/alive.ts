/** Who is at home while the demonstration runs: they read, type now and then, and Lucía answers. */
import { createClient, type Client } from '../packages/sdk/src/index.ts'
import { nodeOptions } from '../packages/sdk/src/node.ts'
import type { Who } from './people.ts'
import type { Told } from './tell-story.ts'

const present: readonly Who[] = ['lucia', 'jonas', 'ingrid', 'diego']
const CLUB = 'Segelclub Möwenbucht'

const answers = [
  'Claro. See you at the slip!',
  'Ha, I was just thinking the same.',
  'Wait, I have to ask Diego.',
  'Sí, sí. Bring the thermos.',
  'The wind says yes, so I say yes too. ⛵',
]

/** Returns a function that sends them all home. */
export async function bringToLife(url: string, { chatIds, tokens }: Told): Promise<() => void> {
  const clients = new Map<Who, Client>()
  for (const who of present) {
    const client = createClient({ ...nodeOptions(url), token: tokens[who] })
    await client.start()
    clients.set(who, client)
  }
  const stops = [
    typeNowAndThen(clients.get('lucia'), chatIds.get('lucia'), { every: 25_000 }),
    typeNowAndThen(clients.get('diego'), chatIds.get(CLUB), { every: 40_000 }),
    answerWhatIsWritten(clients.get('lucia'), chatIds.get('lucia')),
  ]
  return () => {
    for (const stop of stops) stop()
    for (const client of clients.values()) client.stop()
  }
}

function typeNowAndThen(
  client: Client | undefined,
  chatId: string | undefined,
  { every }: { every: number },
): () => void {
  if (!client || chatId === undefined) return () => {}
  const timer = setInterval(() => void type(client, chatId, 6_000), every)
  return () => clearInterval(timer)
}

function answerWhatIsWritten(client: Client | undefined, chatId: string | undefined): () => void {
  if (!client || chatId === undefined) return () => {}
  let answered = 0
  return client.onMessage((message) => {
    if (message.conversationId !== chatId) return
    client.markRead(chatId, message.seq)
    const answer = answers[answered++ % answers.length] ?? ''
    void pause(900)
      .then(() => type(client, chatId, 2_500))
      .then(() => client.send(chatId, { body: answer }))
      // The server is going: nobody waits for the answer any more.
      .catch(() => {})
  })
}

async function type(client: Client, chatId: string, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 1_100) {
    client.typing(chatId)
    await pause(1_100)
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
