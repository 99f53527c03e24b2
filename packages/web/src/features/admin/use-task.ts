import { useState } from 'react'

import { describeAdminProblem } from './admin-problem.ts'

/** Something that is asked of the server: whether it is on its way, and why it was not done. */
export function useTask() {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<{ error: unknown } | null>(null)
  return {
    busy,
    problem: problem && describeAdminProblem(problem.error),
    clear: () => setProblem(null),
    /** Answers whether it was done. */
    async run(act: () => Promise<void>): Promise<boolean> {
      setBusy(true)
      setProblem(null)
      try {
        await act()
        return true
      } catch (error) {
        setProblem({ error })
        return false
      } finally {
        setBusy(false)
      }
    },
  }
}
