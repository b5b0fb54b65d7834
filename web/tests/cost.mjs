/* What the page costs on this computer: its size, when something is seen, when values are live, how long its tasks are
under a stream of messages, and how many cards a message of one room touches. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { DIST, lead, status } from './running.mjs'

export const TICK = '2026-01-14T18:42:00Z'

/** kB of all files with this end, each in gzip: all that is served, whatever a first visit loads of it.
 * @param {string} end */
export const size = (end) =>
  readdirSync(DIST, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(end))
    .reduce((sum, name) => sum + gzipSync(readFileSync(join(DIST, name)), { level: 9 }).length, 0) / 1000

/** @param {number[]} values */
const middle = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN

/** Milliseconds from the start of the navigation to the first paint, and to the first card with a value of the broker;
 * of so many starts the one in the middle. @param {import('playwright-core').Browser} browser @param {string} address
 * @param {number} ws */
export async function starts(browser, address, ws, times = 5) {
  const found = []
  for (let n = 0; n < times; n++) {
    const context = await browser.newContext({ viewport: { width: 390, height: 844 } })
    await lead(context, ws)
    const page = await context.newPage()
    await page.addInitScript(() => {
      new MutationObserver((_, watcher) => {
        if (!document.querySelector('article .temp')) return
        watcher.disconnect()
        requestAnimationFrame(() => Object.assign(window, { liveAt: performance.now() }))
      }).observe(document, { subtree: true, childList: true })
    })
    await page.goto(address)
    await page.waitForFunction(() => 'liveAt' in window)
    found.push(
      await page.evaluate(() => ({
        paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN,
        live: /** @type {{liveAt: number}} */ (/** @type {unknown} */ (window)).liveAt,
      })),
    )
    await context.close()
  }
  return { paint: middle(found.map((one) => one.paint)), live: middle(found.map((one) => one.live)) }
}

/** Milliseconds of each task over 50 ms while the house says so much.
 * @param {import('playwright-core').Page} page @param {Awaited<ReturnType<import('./running.mjs').voice>>} house
 * @param {{rooms: number, perSecond: number, seconds: number}} load @returns {Promise<number[]>} */
export async function longTasks(page, house, { rooms, perSecond, seconds }) {
  await page.evaluate(() => {
    const tasks = /** @type {number[]} */ ([])
    Object.assign(window, { tasks })
    const watcher = new PerformanceObserver((list) => tasks.push(...list.getEntries().map((one) => one.duration)))
    watcher.observe({ type: 'longtask' })
  })
  const began = Date.now()
  for (let n = 0; n < seconds * perSecond; n++) {
    const wait = began + (1000 / perSecond) * n - Date.now()
    if (wait > 0) await new Promise((done) => setTimeout(done, wait))
    const temperature = 15 + ((n * 7) % 80) / 10
    void house.say(`room/room_${(n % rooms) + 1}/status`, status(TICK, { temperature, demand: n % 100 }))
  }
  return page.evaluate(() => /** @type {{tasks: number[]}} */ (/** @type {unknown} */ (window)).tasks)
}

/** Begin to note which cards change. @param {import('playwright-core').Page} page
 * @returns {Promise<() => Promise<string[]>>} their names so far, asked in the end */
export async function cardsThatChange(page) {
  await page.evaluate(() => {
    const seen = /** @type {Set<string>} */ (new Set())
    Object.assign(window, { seen })
    for (const article of document.querySelectorAll('article'))
      new MutationObserver(() => seen.add(article.querySelector('h3')?.textContent?.trim() ?? '')).observe(article, {
        subtree: true,
        childList: true,
        characterData: true,
        attributes: true,
      })
  })
  return () => page.evaluate(() => [.../** @type {{seen: Set<string>}} */ (/** @type {unknown} */ (window)).seen])
}
