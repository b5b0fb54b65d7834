/* Every screen of a house that is only told: axe in both themes and sizes, keys alone, no motion, forced colours. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { status } from './running.mjs'
import { card, serious, TICK, toldHouse } from './told_house'

let all: Awaited<ReturnType<typeof toldHouse>>

beforeAll(async () => {
  all = await toldHouse()
}, 60_000)
beforeEach(() => all.atRest())
afterAll(() => all?.stop(), 30_000)

describe('every screen', () => {
  const screens = {
    house: 'The boiler rests',
    'room/room_1': 'Room 1',
    'room/room_1/week': 'Week of Room 1',
    gas: 'Gas',
    devices: 'Devices',
    system: 'System',
  }
  const inTrouble = async (): Promise<void> => {
    await all.house.say('room/room_1/power', { factor: 0.82, count: 12 })
    await all.house.say('pipes', { fraction: 0.07, count: 9 })
    await all.house.say('room/room_1/status', status(TICK, { action: 'heating', demand: 100, temperature: 18.2 }))
    await all.house.say('room/room_2/status', status(TICK, { window: 'open' }))
    await all.house.say(
      'room/room_3/status',
      status(TICK, { staleness: 'lost', temperature: null, alert: 'no reading' }),
    )
    await all.house.say('room/room_4/status', status(TICK, { rule: 'frost', temperature: 5 }))
    await all.house.say('alert/battery', { about: 'The battery is at 6 %', todo: 'Put in a new cell', since: TICK })
    await all.house.say('settings', { away: { setpoint: 15, until: '2026-01-18T16:00:00Z' } })
  }

  /* Contrast differs by theme, order and overlaps by size: two of the four find what there is; PAGE=all looks at each. */
  for (const colorScheme of ['light', 'dark'] as const)
    for (const width of [390, 1280])
      it.runIf(process.env.PAGE === 'all' || (colorScheme === 'light') === (width === 390))(
        `in ${colorScheme}, ${width} wide: axe finds nothing serious`,
        async () => {
          await inTrouble()
          const page = await all.look('house', { colorScheme, viewport: { width, height: 860 } })
          await card(page, 'Room 1').waitFor()
          for (const [screen, name] of Object.entries(screens)) {
            await page.evaluate((place) => (location.hash = `#/${place}`), screen)
            await page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
            expect(await serious(page), screen).toEqual([])
          }
          await page.getByRole('button', { name: 'Log out' }).click()
          await page.getByRole('heading', { level: 1, name: 'Warm welcome' }).waitFor()
          expect(await serious(page), 'login').toEqual([])
          await page.context().close()
        },
        120_000,
      )

  it('is worked by keys alone', async () => {
    const page = await all.look('house', { viewport: { width: 1280, height: 860 } })
    await all.house.say('settings', { away: null })
    const value = card(page, 'Room 5').getByRole('button', { name: /Change for how long/ })
    await value.waitFor()
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the content')
    const seen = new Set<string>()
    for (let n = 0; n < 60; n++) {
      await page.keyboard.press('Tab')
      seen.add(await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? ''))
    }
    expect([...seen].filter((name) => name.startsWith('Raise Room')).length).toBe(8)
    await value.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    expect(await serious(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await expect.poll(() => value.evaluate((one) => one === document.activeElement)).toBe(true)
    await page.context().close()
  }, 60_000)

  it('is still with reduced motion, and readable in forced colours', async () => {
    const page = await all.look('house', { reducedMotion: 'reduce', forcedColors: 'active' })
    await card(page, 'Room 1').waitFor()
    const moving = await page.evaluate(
      () => document.getAnimations().filter((one) => one.playState === 'running').length,
    )
    expect(moving).toBe(0)
    await page.evaluate(() => (location.hash = '#/room/room_1/week'))
    const block = page.locator('.dayplan .block i').first()
    await block.waitFor()
    const [colour, ground] = await block.evaluate((one) =>
      [one, document.body].map((box) => getComputedStyle(box).backgroundColor),
    )
    expect(colour).not.toBe(ground)
    await page.context().close()
  }, 60_000)
})
