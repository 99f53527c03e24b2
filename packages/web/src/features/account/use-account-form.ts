import { useCallback, useEffect, useRef, useState, type FormEvent } from 'react'

import { describeProblem, type AccountField, type AccountProblem } from './account-problem.ts'

/**
 * The state of an account form. `check` finds what is wrong before anything is sent; `submit` calls the
 * SDK. The field at fault gets the focus, and its error goes as soon as something else is typed there.
 */
export function useAccountForm<F extends AccountField>(
  initial: Record<F, string>,
  act: {
    check: (values: Record<F, string>) => AccountProblem | null
    submit: (values: Record<F, string>) => Promise<void>
  },
) {
  const [values, setValues] = useState(initial)
  const [problem, setProblem] = useState<AccountProblem | null>(null)
  const [busy, setBusy] = useState(false)
  const form = useRef<HTMLFormElement>(null)

  useEffect(() => {
    // A keyboard that rises by itself hides half of a phone.
    if (matchMedia('(pointer: fine)').matches) form.current?.querySelector('input')?.focus()
  }, [])

  const show = useCallback((found: AccountProblem) => {
    setProblem(found)
    form.current?.querySelector<HTMLElement>(`[name="${found.field ?? ''}"]`)?.focus()
  }, [])

  async function send() {
    const found = act.check(values)
    if (found) return show(found)
    setProblem(null)
    setBusy(true)
    try {
      await act.submit(values)
    } catch (error) {
      show(describeProblem(error))
    } finally {
      setBusy(false)
    }
  }

  return {
    busy,
    /** The problem that belongs to no field. */
    general: problem && problem.field === undefined ? problem.text() : null,
    form: {
      ref: form,
      noValidate: true,
      onSubmit: (event: FormEvent) => {
        event.preventDefault()
        if (!busy) void send()
      },
    },
    /** Props of the `Field` for one of the values. `recheck` keeps an error up to date while typing. */
    field: (name: F, recheck?: (value: string) => AccountProblem | null) => ({
      name,
      value: values[name],
      error: problem?.field === name ? problem.text() : null,
      onChange: (event: { target: { value: string } }) => {
        const { value } = event.target
        setValues({ ...values, [name]: value })
        if (problem?.field === name) setProblem(recheck?.(value) ?? null)
      },
    }),
  }
}
