/* A house that is only told, for tests: a broker on which its retained word stands, a page that looks at it, and axe. */
import { AxeBuilder } from '@axe-core/playwright'
import type { BrowserContextOptions, Locator, Page } from 'playwright-core'
import { broker, browser as startBrowser, lead, serve, told, voice } from './running.mjs'

export const TICK = '2026-01-14T18:42:00Z'

export async function toldHouse() {
  const [server, browser, open] = await Promise.all([serve(), startBrowser(), broker()])
  const house = await voice(open.port)
  const ticking = setInterval(() => void house.say('tick', { at: TICK }, false), 2000)
  return {
    server,
    browser,
    open,
    house,
    /** The page, by phone unless something else is asked for, on this broker or another. */
    async look(place = 'house', options: BrowserContextOptions = {}, ws = open.ws): Promise<Page> {
      const usual = { viewport: { width: 390, height: 844 }, locale: 'en-GB', serviceWorkers: 'block' } as const
      const context = await browser.newContext({ ...usual, ...options })
      await lead(context, ws)
      const page = await context.newPage()
      page.setDefaultTimeout(20_000)
      await page.goto(`${server.address}#/${place}`)
      return page
    },
    /** Whatever a test before this one left behind. */
    async atRest(): Promise<void> {
      await Promise.all(told(8, TICK).map(([topic, value]) => house.say(topic, value)))
      await house.say('alert/battery', '')
      await house.say('tick', { at: TICK }, false)
    },
    async stop(): Promise<void> {
      clearInterval(ticking)
      await house.close()
      await browser.close()
      await open.stop()
      server.stop()
    },
  }
}

/** What axe finds serious, or worse, once all that moves and comes to an end has come there. */
export async function serious(page: Page): Promise<string[]> {
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every((one) => one.playState !== 'running' || one.effect?.getTiming().iterations === Infinity),
  )
  const found = await new AxeBuilder({ page }).analyze()
  return found.violations
    .filter((one) => one.impact === 'serious' || one.impact === 'critical')
    .map((one) => `${one.id}: ${one.nodes[0]?.html}`)
}

export const card = (page: Page, name: string): Locator =>
  page.locator('article', { has: page.getByRole('heading', { name, exact: true }) })

/** Text as it stands, not as it is painted: what is far down a page is not painted at all. */
export const said = async (one: Locator): Promise<string> => (await one.textContent())?.trim() ?? ''
