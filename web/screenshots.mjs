/* Pictures of every screen from a running house: phone and desktop, light and dark, and some in Dutch.

`make pictures` puts them into docs/images/page/; a folder as the first argument puts them there. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { browser, tryOut } from './tests/running.mjs'

const FOLDER = process.argv[2] ?? join('..', 'docs', 'images', 'page')
const SPEED = process.argv[3] ?? '1200'
const SETTLE_S = Number(process.argv[4] ?? 75)
const SIZES = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } }
const SCREENS = {
  house: '#/house',
  room: '#/room/living',
  week: '#/room/living/week',
  gas: '#/gas',
  devices: '#/devices',
  system: '#/system',
}

mkdirSync(FOLDER, { recursive: true })
const house = await tryOut(['--speed', SPEED])
const chromium = await browser()
try {
  await new Promise((done) => setTimeout(done, SETTLE_S * 1000)) // a day or so, so that there is a past
  for (const [size, viewport] of Object.entries(SIZES))
    for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
      const locale = colorScheme === 'dark' && size === 'phone' ? 'nl-NL' : 'en-GB'
      const context = await chromium.newContext({ viewport, colorScheme, locale, deviceScaleFactor: 1.5 })
      const page = await context.newPage()
      for (const [name, place] of Object.entries(SCREENS)) {
        await page.goto(house.address + place)
        await page.locator('h1').first().waitFor()
        await page.locator('.skel').first().waitFor({ state: 'detached', timeout: 15_000 })
        await page.waitForTimeout(500)
        await page.screenshot({ path: join(FOLDER, `${name}-${size}-${colorScheme}.png`), fullPage: size === 'phone' })
      }
      await context.close()
    }
  console.log(`pictures in ${FOLDER}`)
} finally {
  await chromium.close()
  await house.stop()
}
