import { fillSignIn, message, chats, signIn, signInHeading, write } from './app.ts'
import { expect, test, wrongPasswordComplaints } from './fixtures.ts'

test('signing out in one tab ends the other, and its socket', async ({ stage }) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const { id } = await alice.api.openDirect(bob.id)
  await alice.api.send(id, 'before')
  const first = await stage.visit(bob, { path: `/c/${id}` })
  const context = first.context()
  const second = await context.newPage()
  const frames: string[] = []
  const closed = Promise.withResolvers<void>()
  second.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => frames.push(String(payload)))
    socket.on('close', () => closed.resolve())
  })
  await second.goto(`/c/${id}`)
  await expect(message(second, 'before')).toBeVisible()

  await first.goto('/settings')
  await first.getByRole('button', { name: 'Sign out' }).click()
  await expect(signInHeading(first)).toBeVisible()
  await closed.promise
  await expect(signInHeading(second)).toBeVisible()
  const heard = frames.length
  await alice.api.send(id, 'after')
  await first.goto(`/c/${id}`)
  await expect(signInHeading(first)).toBeVisible()
  await expect(first.getByText('before')).toBeHidden()
  expect(frames.length).toBe(heard)
})

test('signing out elsewhere leaves this browser alone', async ({ stage }) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const { id } = await alice.api.openDirect(bob.id)
  const here = await stage.visit(bob, { path: `/c/${id}` })
  const there = await stage.visit(bob, { path: '/settings' })
  await there.getByRole('button', { name: 'Sign out' }).click()
  await expect(signInHeading(there)).toBeVisible()
  await write(here, 'still here')
  await expect(message(here, 'still here')).toBeVisible()
})

test('a link to a chat survives signing in', async ({ stage }) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const { id } = await alice.api.openDirect(bob.id)
  await alice.api.send(id, 'found it')
  const page = await stage.stranger({ path: `/c/${id}` })
  await signIn(page, bob)
  await expect(message(page, 'found it')).toBeVisible()
})

test('a wrong password is refused with a sentence', async ({ stage }) => {
  stage.allow(wrongPasswordComplaints)
  const [alice] = await stage.people('Alice')
  const page = await stage.stranger()
  await fillSignIn(page, { ...alice, password: 'not this one either' })
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('alert')).toBeVisible()
  await expect(chats(page)).toBeHidden()
})

test('a weak password is refused with the reason, beside the field', async ({ stage }) => {
  const alice = stage.account('Alice')
  const page = await stage.stranger({ path: '/sign-up' })
  stage.allow([/status of 400/])
  await page.getByLabel('Your name').fill(alice.name)
  await page.getByLabel('User name').fill(alice.username)
  await page.getByLabel('E-mail').fill(alice.email)
  const password = page.getByLabel('Password', { exact: true })
  for (const weak of ['short', 'password123', alice.username]) {
    await password.fill(weak)
    await page.getByRole('button', { name: 'Create account' }).click()
    await expect(password).toHaveAttribute('aria-invalid', 'true')
    await expect(page.getByRole('alert')).toBeVisible()
  }
  await password.fill(alice.password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(chats(page)).toBeVisible()
})
