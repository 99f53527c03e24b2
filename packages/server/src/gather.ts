/**
 * Answers questions together: all that are asked in one turn of the event loop, or while earlier ones
 * are being answered. When ten thousand clients come back at once, they share their statements.
 */
export function gather<Question, Answer>(
  /** Answers in the order of the questions. */
  answer: (questions: readonly Question[]) => Promise<readonly Answer[]>,
  /** Most in one round, so that none holds the event loop for long. */
  most: number,
): (question: Question) => Promise<Answer> {
  interface Asked {
    readonly question: Question
    readonly resolve: (answer: Answer) => void
    readonly reject: (error: unknown) => void
  }
  let waiting: Asked[] = []
  let busy = false

  async function work() {
    for (; waiting.length > 0; await new Promise(setImmediate)) {
      const round = waiting.slice(0, most)
      waiting = waiting.slice(most)
      try {
        const answers = await answer(round.map(({ question }) => question))
        if (answers.length !== round.length) throw new Error('A question was left unanswered.')
        // Checked: there is one for each of them.
        for (const [at, { resolve }] of round.entries()) resolve(answers[at] as Answer)
      } catch (error) {
        for (const { reject } of round) reject(error)
      }
    }
    busy = false
  }

  return (question) =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject })
      if (busy) return
      busy = true
      setImmediate(() => void work())
    })
}
