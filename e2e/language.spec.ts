/** What is open when the language changes is in the new one at once, words that were said before too. */
import { chooseFor, content, message, write } from './app.ts'
import { expect, test } from './fixtures.ts'
import { translateAccount } from './photographer.ts'

test('a notice that is open, and the way back in it', async ({ stage }) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const { id } = await alice.api.openDirect(bob.id)
  const page = await stage.visit(alice, { path: `/c/${id}` })
  await write(page, 'never mind')
  await chooseFor(page, 'never mind', 'Delete')
  const notice = page.getByRole('status').filter({ has: page.getByRole('button') })
  await expect(notice).toContainText('Message deleted')
  // Notices stay while they are pointed at.
  await notice.getByRole('button', { name: 'Undo' }).hover()
  await translateAccount(page, 'zh-CN')
  await expect(notice).toContainText('消息已删除')
  await notice.getByRole('button', { name: '撤销' }).click()
  await expect(message(page, 'never mind')).toBeVisible()
})

test('what a form says is wrong', async ({ stage }) => {
  const [alice] = await stage.people('Alice')
  const page = await stage.visit(alice, { path: '/settings/account' })
  await page.getByRole('button', { name: 'Change password' }).click()
  const dialog = page.getByRole('dialog')
  const submit = dialog.locator('button[type=submit]')
  await submit.click()
  await expect(dialog.getByRole('alert')).toHaveText('Enter your password.')
  await translateAccount(page, 'zh-CN')
  await expect(dialog.getByRole('alert')).toHaveText('请输入密码。')

  // What the server has refused, as well.
  stage.allow([/status of 40[03]/])
  const [current, next] = [
    dialog.locator('[name=currentPassword]'),
    dialog.locator('[name=password]'),
  ]
  await current.fill('not this one, surely')
  await next.fill('seven gulls on a pier')
  await submit.click()
  await expect(dialog.getByRole('alert')).toHaveText('密码不正确。')
  await translateAccount(page, 'en')
  await expect(dialog.getByRole('alert')).toHaveText('That is not your password.')
})

test('the headings of all emoji', async ({ stage }) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const { id } = await alice.api.openDirect(bob.id)
  const page = await stage.visit(alice, { path: `/c/${id}` })
  await content(page).getByRole('button', { name: 'Emoji' }).click()
  const picker = page.getByRole('dialog')
  await expect(picker.getByText('Smileys and emotion')).toBeVisible()
  await translateAccount(page, 'zh-CN')
  await expect(picker.getByText('表情与情感')).toBeVisible()
  await translateAccount(page, 'ar')
  await expect(picker.getByText('الوجوه والمشاعر')).toBeVisible()
  await expect(picker.getByText(/Smileys|表情/)).toHaveCount(0)
})
