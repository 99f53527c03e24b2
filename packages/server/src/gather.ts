/**
 * Answers questions together: all that are asked in one turn of the event loop, or while earlier ones
 * are being answered. When ten thousand clients come back at once, they share their statements.
 */
interface Gathering<Answer> {
  /** In one round, so that none holds the event loop for long. */
  readonly most: number
  /** An answer is put into words in the turn in which it is given: so much at once, and then others. */
  readonly inTurn?: { readonly most: number; readonly sizeOf: (answer: Answer) => number }
  /** For questions that can wait a moment: only a few rounds in that time. Alone one need not wait. */
  readonly patient?: true
}

/** A moment, in milliseconds, and the rounds of it. */
const MOMENT = 100
const ROUNDS = 5

/** @param answer answers in the order of the questions */
export function gather<Question, Answer>(
  answer: (questions: readonly Question[]) => Promise<readonly Answer[]>,
  { most, inTurn, patient }: Gathering<Answer>,
): (question: Question) => Promise<Answer> {
  interface Asked {
    readonly question: Question
    readonly resolve: (answer: Answer) => void
    readonly reject: (error: unknown) => void
  }
  let waiting: Asked[] = []
  let working = false
  let rounds = 0
  let moment: Promise<void> | undefined

  function beginMoment() {
    moment ??= new Promise((resolve) => {
      setTimeout(() => {
        rounds = 0
        moment = undefined
        resolve()
      }, MOMENT).unref()
    })
    return moment
  }

  async function work() {
    for (; waiting.length > 0; await new Promise(setImmediate)) {
      if (patient) {
        const end = beginMoment()
        if (rounds >= ROUNDS && waiting.length < most) await end
        rounds += 1
      }
      await ask(waiting.splice(0, most))
    }
    working = false
  }

  async function ask(round: readonly Asked[]) {
    try {
      const answers = await answer(round.map(({ question }) => question))
      if (answers.length !== round.length) throw new Error('A question was left unanswered.')
      let size = 0
      for (const [at, { resolve }] of round.entries()) {
        // Checked: there is one for each of them.
        const given = answers[at] as Answer
        resolve(given)
        size += inTurn?.sizeOf(given) ?? 0
        if (!inTurn || size < inTurn.most) continue
        size = 0
        await new Promise(setImmediate)
      }
    } catch (error) {
      for (const { reject } of round) reject(error)
    }
  }

  return (question) =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject })
      if (working) return
      working = true
      setImmediate(() => void work())
    })
}
