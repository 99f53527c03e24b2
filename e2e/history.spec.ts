import type { BrowserContext, Page } from '@playwright/test'

import { message, messages, timeline } from './app.ts'
import { expect, test, type Stage } from './fixtures.ts'

const total = 320

async function openLongRoom(stage: Stage): Promise<Page> {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const room = await alice.api.createRoom(stage.named('Long room'))
  await bob.api.join(room.id)
  for (let n = 1; n <= total; n++) {
    // Rows of many heights: a guess at how tall one is must not show.
    const sender = n % 7 < 4 ? alice : bob
    await sender.api.send(room.id, `number ${n}.${' and so on'.repeat((n * 13) % 50)}`)
  }
  const { lastSeq } = await bob.api.conversation(room.id)
  await bob.api.markRead(room.id, lastSeq)
  const page = await stage.visit(bob, { path: `/c/${room.id}` })
  await expect(message(page, `number ${total}.`)).toBeInViewport()
  return page
}

const rowCount = (page: Page) => messages(page).count()
const contentHeight = (page: Page) => timeline(page).evaluate(({ scrollHeight }) => scrollHeight)

test('older messages load without moving what is read', async ({ stage }) => {
  const page = await openLongRoom(stage)
  const loads = await holdPages(page, 'before')
  await timeline(page).hover()
  for (let load = 0; load < 4; load++) {
    await expect
      .poll(
        async () => {
          if (loads.waiting() === 0) await page.mouse.wheel(0, -700)
          return loads.waiting()
        },
        { intervals: [50] },
      )
      .toBeGreaterThan(0)
    await settle(page)
    const watch = await watchPositions(page)
    loads.release()
    await expect.poll(watch.hasGrown).toBe(true)
    await settle(page)
    expect(await watch.largestMove()).toBeLessThanOrEqual(1)
    expect(await rowCount(page)).toBeLessThanOrEqual(100)
  }
})

test('Home leads to the first message and End to the last', async ({ stage }) => {
  const page = await openLongRoom(stage)
  await timeline(page).focus()
  await page.keyboard.press('Home')
  await expect(message(page, 'number 1.')).toBeInViewport()
  expect(await rowCount(page)).toBeLessThanOrEqual(100)
  await page.keyboard.press('End')
  await expect(message(page, `number ${total}.`)).toBeInViewport()
})

test('a link to the beginning leads there, and one reads on from it', async ({ stage }) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const { id } = await alice.api.openDirect(bob.id)
  for (let n = 1; n <= 80; n++) await alice.api.send(id, `number ${n}.`)
  const { lastSeq } = await bob.api.conversation(id)
  await bob.api.markRead(id, lastSeq)
  const context = await stage.context()
  await stage.signIn(context, bob)
  const loads = await holdPages(context, 'after')
  const page = await stage.tab(context, `/c/${id}?m=1`)
  await expect(message(page, 'number 1.')).toBeInViewport()
  await expect.poll(loads.waiting).toBeGreaterThan(0)
  await settle(page)
  // What follows comes by itself, and moves nothing.
  const watch = await watchPositions(page)
  loads.release()
  await expect.poll(() => contentHeight(page)).toBeGreaterThan(2_000)
  await settle(page)
  await expect(message(page, 'number 1.')).toBeInViewport()
  expect(await watch.largestMove()).toBeLessThanOrEqual(1)
  await timeline(page).hover()
  await expect
    .poll(
      async () => {
        loads.release()
        await page.mouse.wheel(0, 700)
        return message(page, 'number 80.').count()
      },
      { intervals: [50] },
    )
    .toBe(1)
})

test('a message that arrives while reading above moves nothing', async ({ stage }) => {
  const page = await openLongRoom(stage)
  await timeline(page).hover()
  await page.mouse.wheel(0, -900)
  await settle(page)
  const watch = await watchPositions(page)
  const [carol] = await stage.people('Carol')
  const roomId = new URL(page.url()).pathname.split('/').at(-1) ?? ''
  await carol.api.join(roomId)
  await carol.api.send(roomId, 'news from below')
  await expect(page.getByRole('button', { name: 'To 1 unread message' })).toBeVisible()
  expect(await watch.largestMove()).toBeLessThanOrEqual(1)
  await page.getByRole('button', { name: 'To 1 unread message' }).click()
  await expect(message(page, 'news from below')).toBeInViewport()
})

test('a wheel that hardly turns does not let go of the newest message', async ({ stage }) => {
  const page = await openLongRoom(stage)
  await timeline(page).hover()
  await page.mouse.wheel(0, -1)
  await settle(page)
  const [carol] = await stage.people('Carol')
  const roomId = new URL(page.url()).pathname.split('/').at(-1) ?? ''
  await carol.api.join(roomId)
  await carol.api.send(roomId, 'news that is followed')
  await expect(message(page, 'news that is followed')).toBeInViewport()
})

test('what changes above moves nothing of what is read', async ({ stage }) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const room = await alice.api.createRoom(stage.named('Restless room'))
  await bob.api.join(room.id)
  const sent = []
  for (let n = 1; n <= 60; n++) sent.push(await alice.api.send(room.id, `number ${n}. and so on`))
  const { lastSeq } = await bob.api.conversation(room.id)
  await bob.api.markRead(room.id, lastSeq)
  const page = await stage.visit(bob, { path: `/c/${room.id}` })
  await expect(message(page, 'number 60.')).toBeInViewport()
  await timeline(page).hover()
  await page.mouse.wheel(0, -600)
  await expect(page.getByRole('button', { name: 'To the newest message' })).toBeVisible()
  await settle(page)
  // In the document, above the view.
  const above = await firstAbove(page)
  const target = sent.find(({ body }) => above.startsWith(body))
  if (!target) throw new Error(`Nothing is above the view: ${above}`)
  const other = sent[sent.indexOf(target) - 1] ?? target
  const watch = await watchPositions(page)

  await alice.api.react(target.id, '🎉')
  await expect(message(page, target.body).getByRole('list', { name: 'Reactions' })).toBeAttached()
  await alice.api.edit(target.id, `edited ${'to much more than it was '.repeat(30)}`)
  await expect(message(page, 'to much more than it was')).toBeAttached()
  await alice.api.delete(target.id)
  await expect(message(page, 'to much more than it was')).toHaveCount(0)
  await alice.api.delete(other.id)
  await expect(message(page, other.body)).toHaveCount(0)
  await settle(page)
  expect(await watch.largestMove()).toBeLessThanOrEqual(1)
})

/** The text of the last message that is in the document and ends above the view. */
async function firstAbove(page: Page): Promise<string> {
  return timeline(page).evaluate((log) => {
    const { top } = log.getBoundingClientRect()
    const rows = [...log.querySelectorAll('[role=article],article')]
    return rows.findLast((row) => row.getBoundingClientRect().bottom < top)?.textContent ?? ''
  })
}

/** Holds every page of messages on one side back until it is released, so that nothing else moves meanwhile. */
async function holdPages(where: Page | BrowserContext, side: 'before' | 'after') {
  let held: (() => void)[] = []
  await where.route(new RegExp(`/messages\\?.*${side}=`), async (route) => {
    await new Promise<void>((resolve) => held.push(resolve))
    await route.continue()
  })
  return {
    waiting: () => held.length,
    release: () => {
      for (const resume of held) resume()
      held = []
    },
  }
}

/** Resolves when nothing in the timeline has moved for a while of frames. */
async function settle(page: Page): Promise<void> {
  await timeline(page).evaluate(
    (log) =>
      new Promise<void>((resolve) => {
        let last = ''
        let still = 0
        const look = () => {
          const now = [...log.querySelectorAll('[role=article],article')]
            .map((row) => Math.round(row.getBoundingClientRect().top))
            .join()
          still = now === last ? still + 1 : 0
          last = now
          if (still >= 10) resolve()
          else requestAnimationFrame(look)
        }
        look()
      }),
  )
}

/**
 * From now on follows the messages on the screen, frame by frame, and notes how far any of them strays
 * from where it is now.
 */
async function watchPositions(page: Page) {
  const handle = await timeline(page).evaluateHandle((log) => {
    const rows = () => [...log.querySelectorAll('[role=article],article')]
    const key = (row: Element) => row.textContent
    const box = log.getBoundingClientRect()
    const start = new Map(
      rows()
        .map((row) => [key(row), row.getBoundingClientRect()] as const)
        .filter(([, { top, bottom }]) => bottom > box.top && top < box.bottom),
    )
    const height = log.scrollHeight
    const found = { move: 0, grown: false }
    // Where they are painted: whoever is observed anew is told at the end of the frame, when those who
    // hold rows still have seen their new heights.
    const notice = (entries: IntersectionObserverEntry[]) => {
      if (log.scrollHeight > height) found.grown = true
      for (const { target, boundingClientRect } of entries) {
        const from = start.get(key(target))
        if (from) found.move = Math.max(found.move, Math.abs(boundingClientRect.top - from.top))
      }
    }
    const painted = new IntersectionObserver(notice)
    const watchFrame = () => {
      notice(painted.takeRecords())
      painted.disconnect()
      for (const row of rows()) painted.observe(row)
      requestAnimationFrame(watchFrame)
    }
    watchFrame()
    return found
  })
  return {
    hasGrown: () => handle.evaluate(({ grown }) => grown),
    largestMove: () => handle.evaluate(({ move }) => move),
  }
}
