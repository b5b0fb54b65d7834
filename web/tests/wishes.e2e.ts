/* What a family does, in Debian's Chromium against a running try-out: real broker, real regulator, real analyst. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { drag } from './hand'
import { browser as startBrowser, tryOut, voice } from './running.mjs'
import { serious } from './told_house'

const FLAT = [{ day: 1, time: '00:00', setpoint: 20 }] // no switch comes between what a test does
const DAY = [1, 2, 3, 4, 5, 6, 7].flatMap((day) => [
  { day, time: '10:00', setpoint: 20 },
  { day, time: '18:00', setpoint: 17 },
])
interface Settings {
  mode: string
  preset: string
  override: unknown
  boost_until: string | null
}
interface Past {
  temperature?: (number | null)[]
  days?: unknown[]
}
let house: Awaited<ReturnType<typeof tryOut>>
let owner: Awaited<ReturnType<typeof voice>>
let browser: Browser
let page: Page

beforeAll(async () => {
  house = await tryOut(['--speed', '60'])
  browser = await startBrowser()
  const place = (await (await fetch(`${house.address}config.json`)).json()) as { broker: string }
  owner = await voice(place.broker.replace('{host}', 'localhost'))
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await owner?.close()
  await house?.stop()
}, 30_000)

/* Whatever a test before this one left behind: nothing is asked of any room, and each has the same week. */
beforeEach(async () => {
  await owner.until('service/regulator/availability', (word) => word === 'online')
  await owner.say('away/set', 'off', false)
  await owner.until('settings', (text) => !(JSON.parse(text) as { away: unknown }).away)
  const { rooms } = JSON.parse(await owner.until('house')) as { rooms: { id: string }[] }
  for (const { id } of rooms) await atRest(id)
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } })
  page = await context.newPage()
  page.setDefaultTimeout(20_000)
  await page.goto(house.address)
  await expect.poll(() => card('Living room').getByRole('button', { name: /Raise/ }).isEnabled()).toBe(true)
}, 60_000)

afterEach(() => page.context().close())

async function atRest(id: string): Promise<void> {
  const [settings, schedule] = [`room/${id}/settings`, `room/${id}/schedule`]
  const now = JSON.parse(await owner.until(settings)) as Settings
  if (now.mode !== 'auto') await owner.say(`room/${id}/mode/set`, 'auto', false)
  if (now.preset !== 'none') await owner.say(`room/${id}/preset/set`, 'none', false)
  if (now.override || now.boost_until) await owner.say(`room/${id}/setpoint/set`, 'auto', false)
  await week(id, FLAT)
  await owner.until(settings, (text) => {
    const one = JSON.parse(text) as Settings
    return one.mode === 'auto' && one.preset === 'none' && !one.override && !one.boost_until
  })
  await owner.until(schedule, (text) => same(text, FLAT))
}

const same = (text: string, points: object[]): boolean => {
  const found = JSON.parse(text) as typeof FLAT
  const key = (all: typeof FLAT): string => all.map((one) => `${one.day} ${one.time} ${one.setpoint}`).join()
  return key(found) === key(points as typeof FLAT)
}

async function week(id: string, points: object[]): Promise<void> {
  if (same(await owner.until(`room/${id}/schedule`), points)) return
  await owner.say(`room/${id}/schedule/set`, points, false)
  await owner.until(`room/${id}/schedule`, (text) => same(text, points))
}

const card = (name: string, on = page) => on.locator('article', { has: on.getByRole('heading', { name }) })
// Text as it stands, not as it is painted: a card that has just come has none yet.
const setpoint = async (name: string, on = page): Promise<number> =>
  parseFloat((await card(name, on).locator('.sp').textContent()) ?? '')
const known = async (name: string, on = page): Promise<number> => {
  await expect.poll(() => setpoint(name, on)).not.toBeNaN()
  return setpoint(name, on)
}
const at = (place: string): Promise<unknown> => page.goto(`${house.address}#/${place}`)

describe('a wish', () => {
  it('is shown at once, confirmed, and undone; taps that follow quickly are one', async () => {
    const before = await known('Living room')
    await card('Living room').getByRole('button', { name: /Raise/ }).dblclick()
    expect(await setpoint('Living room')).toBe(before + 1)
    await page
      .getByRole('status')
      .filter({ hasText: `Living room: ${before + 1}°` })
      .waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect.poll(() => setpoint('Living room')).toBe(before)
  }, 40_000)

  it('is seen by two pages at once', async () => {
    const other = await browser.newPage()
    await other.goto(house.address)
    await other.getByRole('heading', { name: 'Kitchen' }).waitFor()
    const before = await known('Kitchen', other)
    await card('Kitchen').getByRole('button', { name: /Lower/ }).click()
    await expect.poll(() => setpoint('Kitchen', other)).toBe(before - 0.5)
    await expect.poll(() => setpoint('Kitchen')).toBe(before - 0.5)
    await other.close()
  }, 40_000)

  it('boosts a room, says how long, and ends it', async () => {
    await at('room/bath')
    await page.getByRole('radio', { name: /^Boost/ }).click()
    await page.getByRole('radio', { name: 'Stop boost' }).click()
    await page.getByRole('radio', { name: /^Boost/ }).waitFor()
  }, 40_000)

  it('is typed, moved by keys and ended by the schedule', async () => {
    await at('room/study')
    const value = page.getByRole('spinbutton', { name: 'setpoint' })
    await value.focus()
    await page.keyboard.type('21.5')
    await page.keyboard.press('Enter')
    await expect.poll(() => value.getAttribute('aria-valuenow')).toBe('21.5')
    await page.getByRole('status').filter({ hasText: '21.5°' }).waitFor()
    await page.keyboard.press('PageDown')
    await expect.poll(() => value.getAttribute('aria-valuenow')).toBe('19.5')
    await page.getByRole('status').filter({ hasText: '19.5°' }).waitFor()
    await page.getByRole('radio', { name: 'Schedule' }).click()
    await page.getByRole('status').filter({ hasText: 'Back to schedule' }).waitFor()
    await expect.poll(() => page.getByRole('radio', { name: 'Schedule' }).getAttribute('aria-checked')).toBe('true')
  }, 60_000)

  it('to go away wipes what was asked of rooms, and its undo asks for it again', async () => {
    await at('house')
    const before = await known('Kitchen')
    await page.getByRole('button', { name: 'Away' }).click()
    await page.getByRole('radio', { name: /Tomorrow/ }).click()
    await page.getByRole('button', { name: 'Set', exact: true }).click()
    await page.getByText('Nobody is home').first().waitFor()
    await expect.poll(() => setpoint('Kitchen')).toBeLessThan(before)
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('status').filter({ hasText: 'Undone' }).waitFor()
    await expect.poll(() => setpoint('Kitchen')).toBe(before)
    await page.getByRole('button', { name: 'Away' }).waitFor()
  }, 60_000)
})

describe('a week', () => {
  const first = (on: Page) => on.getByRole('slider').first()
  const time = (on: Page) => first(on).getAttribute('aria-valuetext')

  for (const kind of ['mouse', 'touch'] as const)
    it(`is dragged by ${kind}, saved, and then the one of the house`, async () => {
      const id = kind === 'touch' ? 'kitchen' : 'study'
      await week(id, DAY)
      const context = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: kind === 'touch' })
      const one = await context.newPage()
      one.setDefaultTimeout(20_000)
      await one.goto(`${house.address}#/room/${id}/week`)
      await first(one).waitFor()
      const before = await time(one)
      await drag(first(one), kind, -40)
      await expect.poll(() => time(one)).not.toBe(before)
      const after = await time(one)
      expect(Number(after!.slice(3)) % 15).toBe(0)
      await one.getByRole('button', { name: 'Save' }).click()
      await one.getByRole('heading', { name: 'Why' }).waitFor()
      const other = await context.newPage()
      await other.goto(`${house.address}#/room/${id}/week`)
      await first(other).waitFor()
      await expect.poll(() => time(other)).toBe(after)
      await context.close()
    }, 60_000)

  it('is edited by keys alone, undone and redone, and a draft survives a reload', async () => {
    await week('child', DAY)
    await at('room/child/week')
    await first(page).focus()
    const before = await time(page)
    await page.keyboard.press('PageUp')
    const after = await time(page)
    expect(after).not.toBe(before)
    await page.keyboard.press('Control+z')
    expect(await time(page)).toBe(before)
    await page.keyboard.press('Control+Shift+z')
    expect(await time(page)).toBe(after)
    await page.reload()
    await first(page).waitFor()
    await expect.poll(() => time(page)).toBe(after)
    await page.keyboard.press('Tab')
    await page.getByRole('button', { name: 'Discard' }).click()
    expect(await time(page)).toBe(before)
  }, 40_000)
})

describe('the past', () => {
  /* A house that has just begun is asked until its analyst has something to say. */
  async function there(question: object, fits: (reply: Past) => boolean): Promise<void> {
    const answer = async (): Promise<boolean> => {
      owner.heard.delete('history/reply/tester')
      await owner.say('history/get', { id: 'q', reply: 'tester', ...question }, false)
      return fits(JSON.parse(await owner.until('history/reply/tester')) as Past)
    }
    await expect.poll(answer, { interval: 500, timeout: 40_000 }).toBe(true)
  }
  const clock = async (): Promise<number> => Date.parse((JSON.parse(await owner.until('tick')) as { at: string }).at)

  it('of a room is drawn, read out by key, and there as a table', async () => {
    const end = await clock()
    const [begin, now] = [end - 86_400_000, end].map((one) => new Date(one).toISOString())
    await there({ what: 'room', room: 'living', begin, end: now, steps: 288 }, (reply) =>
      Boolean(reply.temperature?.some((one) => one !== null)),
    )
    await at('room/living')
    const chart = page.getByRole('slider', { name: /Temperature of/ })
    // What is below the fold is asked for when somebody comes there.
    await page.getByRole('radiogroup', { name: /Temperature of/ }).scrollIntoViewIfNeeded()
    await chart.waitFor()
    expect(await page.locator('path.warmth').getAttribute('d')).toMatch(/^M/)
    await chart.focus()
    await page.keyboard.press('Home')
    expect(await chart.getAttribute('aria-valuenow')).toBe('0')
    await page.keyboard.press('End')
    expect(await chart.getAttribute('aria-valuetext')).toMatch(
      /\d\d:\d\d: [\d.]+°, setpoint [\d.]+°, valve (open|shut), outside/,
    )
    await page.getByRole('button', { name: 'As a table' }).click()
    await expect.poll(() => page.getByRole('row').count()).toBeGreaterThan(20)
    expect(await serious(page)).toEqual([])
    await page.getByRole('radio', { name: '7 days' }).click()
    await page.getByRole('slider', { name: /Temperature of/ }).waitFor()
  }, 60_000)

  it('of gas sums up rooms, hot water and the rest', async () => {
    const today = new Date(await clock()).toISOString().slice(0, 10)
    await there({ what: 'days', first: today, last: today }, (reply) => Boolean(reply.days?.length))
    await at('gas')
    await page.getByRole('radio', { name: 'Day' }).click()
    await page.getByText('Hot water').waitFor()
    expect(await serious(page)).toEqual([])
    const parts = await page.locator('.gasrow b').allInnerTexts()
    const whole = parseFloat((await page.locator('.temp').first().textContent()) ?? '')
    expect(Math.abs(parts.map(parseFloat).reduce((a, b) => a + b, 0) - whole)).toBeLessThan(0.3)
    await page.getByRole('radio', { name: 'Year' }).click()
    await page.getByRole('heading', { name: '2026' }).waitFor()
  }, 60_000)
})

describe('both languages', () => {
  it('are chosen in the page and stay chosen', async () => {
    await at('system')
    await page.getByRole('radio', { name: 'Nederlands' }).click()
    await page.getByRole('heading', { name: 'De laatste beslissing' }).waitFor()
    await page.reload()
    await at('house')
    await page.getByRole('button', { name: 'Afwezig' }).waitFor()
    expect(await page.locator('article .reason').first().textContent()).not.toMatch(/\b(heats|waits|needs|until)\b/)
    await at('system')
    await page.getByRole('radio', { name: 'English' }).click()
  }, 40_000)
})

describe('without its regulator', () => {
  it('the page says so, keeps what it knows as old, and offers nothing that nobody would hear', async () => {
    await at('house')
    const banner = page.getByRole('alert')
    await page.evaluate(lookWhenItIsSaid)
    house.kill('-m regulator')
    const { said, canRaise, cards } = await page.evaluate(() => (window as unknown as Watched).seen)
    expect(said).toContain('The regulator has been offline')
    expect(canRaise).toBe(false)
    expect(cards).toContain('Not regulated')
    await banner.waitFor({ state: 'detached', timeout: 40_000 }) // the try-out starts it anew
    await expect.poll(() => card('Living room').getByRole('button', { name: /Raise/ }).isEnabled()).toBe(true)
  }, 90_000)
})

/* In the page, at the moment of the banner: the try-out may start the regulator anew before a test can ask twice. */
interface Watched {
  seen: Promise<{ said: string; canRaise: boolean; cards: string }>
}
const lookWhenItIsSaid = (): void => {
  const seen: Watched['seen'] = new Promise((found) => {
    const watcher = new MutationObserver(() => {
      const said = document.querySelector('[role=alert]')?.textContent
      if (!said) return
      watcher.disconnect()
      const canRaise = document.querySelectorAll('article button:enabled').length > 0
      found({ said, canRaise, cards: document.querySelector('.rooms')?.textContent ?? '' })
    })
    watcher.observe(document.body, { subtree: true, childList: true })
  })
  Object.assign(window, { seen })
}
