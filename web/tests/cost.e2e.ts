/* What the page may cost. Size and what a message touches are held to; times are printed, for they are the computer's. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser, Locator } from 'playwright-core'
import { cardsThatChange, longTasks, size, starts, TICK } from './cost.mjs'
import { broker, browser as startBrowser, lead, serve, status, told, voice } from './running.mjs'

const ROOMS = 60
let browser: Browser
let server: Awaited<ReturnType<typeof serve>>
let large: Awaited<ReturnType<typeof broker>>
let house: Awaited<ReturnType<typeof voice>>

beforeAll(async () => {
  server = await serve()
  browser = await startBrowser()
  large = await broker()
  house = await voice(large.port)
  for (const [topic, value] of told(ROOMS, TICK)) await house.say(topic, value)
}, 60_000)

afterAll(async () => {
  await house?.close()
  await browser?.close()
  await large?.stop()
  server?.stop()
}, 30_000)

describe('the page', () => {
  it('is at most 160 kB of script, all screens and both languages', () => {
    console.log(`script ${size('.js').toFixed(1)} kB, style ${size('.css').toFixed(1)} kB, gzip`)
    expect(size('.js')).toBeLessThanOrEqual(160)
  })

  it('is seen, and live, soon', async () => {
    const { paint, live } = await starts(browser, server.address, large.ws, 3)
    console.log(`first paint ${paint.toFixed(0)} ms, ${ROOMS} rooms with live values ${live.toFixed(0)} ms`)
    expect(live).toBeGreaterThan(0)
  }, 60_000)
})

describe('sixty rooms', () => {
  it('are there; a message of one touches that card only, and many at once make few long tasks', async () => {
    const context = await browser.newContext({ viewport: { width: 390, height: 844 } })
    await lead(context, large.ws)
    const page = await context.newPage()
    page.setDefaultTimeout(20_000)
    await page.goto(server.address)
    const card = (n: number): Locator =>
      page.locator('article', { has: page.getByRole('heading', { name: `Room ${n}`, exact: true }) })
    await expect.poll(() => card(60).getByRole('button', { name: /Raise/ }).isEnabled()).toBe(true)
    expect(await page.locator('article').count()).toBe(ROOMS)
    // Seen once more, with a tick before it: what is heard before that is past, and no minute begins while we look.
    await house.say('tick', { at: TICK }, false)
    await house.say('room/room_60/status', status(TICK, { temperature: 15.1 }))
    await expect.poll(() => card(60).textContent()).toContain('15.1°')
    const changed = await cardsThatChange(page)
    await house.say('room/room_7/status', status(TICK, { temperature: 17.3 }))
    await expect.poll(() => card(7).textContent()).toContain('17.3°')
    expect(await changed()).toEqual(['Room 7'])
    const tasks = await longTasks(page, house, { rooms: ROOMS, perSecond: 20, seconds: 5 })
    console.log(`20 messages a second for 5 s: ${tasks.length} tasks over 50 ms, longest ${Math.max(0, ...tasks)} ms`)
    await page.getByRole('button', { name: 'Compact' }).click()
    await expect.poll(async () => (await card(1).boundingBox())!.height).toBeLessThan(100)
    await context.close()
  }, 60_000)
})
