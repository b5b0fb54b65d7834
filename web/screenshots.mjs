/* Pictures of every screen and every state of the page, to be looked at: phone and desktop, light and dark, some in Dutch.

`make pictures` takes the states of a house that is only told, then lives some days in a try-out and takes its screens. The
pictures that the docs show are of the demo, the same hours each time, and go into docs/images. ARGS: a folder for all
others, the speed of the try-out, and how many seconds it lives; with 0 seconds no try-out. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { broker, browser, cable, lead, passwordsOf, serve, status, told, tryOut, voice } from './tests/running.mjs'

const DOCS = join('..', 'docs', 'images')
const FOLDER = process.argv[2] ?? join('..', 'pictures')
const SPEED = process.argv[3] ?? '600'
const LIVES_S = Number(process.argv[4] ?? 240)
const DEMO = join('..', 'demo')
const LATER_MS = 625_500 // of the demo: half past three, and the rooms warm up for the evening
const TICK = '2026-01-14T18:42:00Z'
const SIZES = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } }
const SCREENS = {
  house: '#/house',
  room: '#/room/living',
  week: '#/room/living/week',
  gas: '#/gas',
  devices: '#/devices',
  system: '#/system',
}
/** @type {[name: string, place: string, size: keyof typeof SIZES, theme: 'light' | 'dark'][]} */
const BEST = [
  ['page-desktop', '#/house', 'desktop', 'light'],
  ['page-phone', '#/house', 'phone', 'light'],
  ['page-room', '#/room/living', 'desktop', 'dark'],
  ['page-week', '#/room/living/week', 'phone', 'dark'],
  ['page-gas', '#/gas', 'desktop', 'light'],
  ['page-devices', '#/devices', 'desktop', 'light'],
]

const chromium = await browser()

/** @typedef {import('playwright-core').Page} Page @typedef {import('playwright-core').BrowserContextOptions} Options */

/** A page in a size and theme, in the font that stands in for whatever font a system has. @param {Options} options */
async function opened(options) {
  const context = await chromium.newContext({ locale: 'en-GB', deviceScaleFactor: 1.5, ...options })
  await context.addInitScript(() => {
    addEventListener('DOMContentLoaded', () => document.documentElement.style.setProperty('--font', 'Inter, system-ui'))
  })
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  return page
}

/** @param {Page} page @param {string} name */
const picture = (page, name) => page.screenshot({ path: join(FOLDER, `${name}.png`) })

/** All of a screen, as on a phone so long that nothing is below the fold. @param {Page} page @param {string} name */
async function whole(page, name) {
  const size = page.viewportSize() ?? SIZES.phone
  await page.setViewportSize({ ...size, height: 3000 })
  await settled(page)
  const height = await page.evaluate(() =>
    Math.max(...[...document.querySelectorAll('main > *')].map((one) => one.getBoundingClientRect().bottom)),
  )
  await page.setViewportSize({ ...size, height: Math.ceil(Math.max(size.height, height + 110)) })
  await picture(page, `${name}-whole`)
  await page.setViewportSize(size)
}

/** Nothing is asked for any more; where the analyst was too busy to answer it is asked again. @param {Page} page */
async function settled(page) {
  await page.locator('h1').first().waitFor()
  for (let again = 0; again < 20; again++) {
    await page.waitForTimeout(700)
    const retry = page.locator('main .empty button')
    if (await retry.count()) await retry.first().click()
    else if (!(await seen(page, '.skel'))) return
  }
}

/** Whether something of this kind is in sight. @param {Page} page @param {string} kind */
const seen = (page, kind) =>
  page.evaluate(
    (one) => [...document.querySelectorAll(one)].some((box) => box.getBoundingClientRect().top < innerHeight),
    kind,
  )

/** Every screen of a house that lives. @param {string} address */
async function screens(address) {
  for (const [size, viewport] of Object.entries(SIZES))
    for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
      const locale = colorScheme === 'dark' && size === 'phone' ? 'nl-NL' : 'en-GB'
      const page = await opened({ viewport, colorScheme, locale })
      for (const [name, place] of Object.entries(SCREENS)) {
        await page.goto(address + place)
        await settled(page)
        await picture(page, `${name}-${size}-${colorScheme}`)
        await whole(page, `${name}-${size}-${colorScheme}`)
      }
      await page.context().close()
    }
}

/** What the docs show: an afternoon of the demo, a pixel each, so that the files stay small. */
async function forDocs() {
  const files = await serve(DEMO)
  for (const [name, place, size, colorScheme] of BEST) {
    const page = await opened({ viewport: SIZES[size], colorScheme })
    await page.clock.install()
    await page.goto(`${files.address}#/system`)
    await page.locator('.brand', { hasText: 'Terrace house' }).waitFor({ state: 'attached' })
    await page.clock.fastForward(LATER_MS)
    await page.goto(files.address + place)
    await settled(page)
    await page.screenshot({ path: join(DOCS, `${name}.jpg`), scale: 'css', type: 'jpeg', quality: 88 })
    await page.context().close()
  }
  files.stop()
}

/** What a told house says in a state, and what a person does there before the picture is taken.
 * @typedef {{says?: [string, unknown][], place?: string, does?: (page: Page) => Promise<unknown>}} State */

/** @param {number} minutes */
const later = (minutes) => new Date(Date.parse(TICK) + minutes * 60_000).toISOString()
const HEATS = '20 °C by schedule until 22:30; heats because 0.4 K below 20'

/** @param {number} room @param {object} more @returns {[string, unknown]} */
const of = (room, more) => [`room/room_${room}/status`, status(TICK, more)]

/** @param {string} name @returns {(page: Page) => Promise<void>} */
const press = (name) => (page) => page.getByRole('button', { name }).first().click()

/** @type {Record<string, State>} */
const STATES = {
  rooms: {
    says: [
      of(1, { action: 'heating', demand: 80, temperature: 19.6, reason: HEATS }),
      of(2, { action: 'heating', demand: 100, temperature: 16, reason: HEATS }),
      of(3, { rule: 'boost', until: later(20), setpoint: 23, action: 'heating', reason: HEATS }),
      of(4, { rule: 'airing', window: null }),
      of(5, { window: 'open', reason: '20 °C by schedule until 22:30; closed: a window is open since 19:12' }),
      of(6, { mode: 'off', action: 'off', setpoint: 5, reason: '5 °C by off' }),
      of(7, { staleness: 'lost', temperature: null, measured_at: null, alert: 'no reading' }),
      of(8, { rule: 'frost', temperature: 5 }),
      [
        'alert/battery',
        { about: 'the battery of valve a in Room 7 is nearly empty', todo: 'put in new cells', since: TICK },
      ],
    ],
  },
  away: {
    says: [
      ['settings', { away: { setpoint: 15, until: later(4000) } }],
      ...Array.from({ length: 8 }, (_, n) => of(n + 1, { rule: 'away', setpoint: 15, until: later(4000) })),
    ],
  },
  offline: { says: [['service/regulator/availability', 'offline']] },
  'boiler-unheard': { says: [['boiler/status', { flow_temperature: 34, reported_at: later(-30) }]] },
  sheet: { does: press('Change for how long') },
  'sheet-away': { does: press('Away') },
  sending: { does: press('Raise Room 1 by half a degree') },
  unheard: {
    does: async (page) => {
      await press('Raise Room 1 by half a degree')(page)
      await page.getByRole('status').filter({ hasText: 'has not answered' }).waitFor()
    },
  },
  'no-history': {
    says: [['service/analyst/availability', 'offline']],
    place: '#/room/room_1',
    does: (page) => page.getByText('does not answer').waitFor(),
  },
}

/** Every state of a house that is only told, by phone; where a picture has a theme of its own it alternates. */
async function states() {
  const [files, mosquitto] = [await serve(), await broker()]
  const house = await voice(mosquitto.port)
  const looks = [...Object.entries(STATES)].map(([name, state], index) => ({ name, state, isDark: index % 2 === 1 }))
  for (const { name, state, isDark } of looks) {
    for (const [topic, value] of [...told(8, TICK), ...(state.says ?? [])]) await house.say(topic, value)
    const page = await opened({ viewport: SIZES.phone, colorScheme: isDark ? 'dark' : 'light' })
    await lead(page.context(), mosquitto.ws)
    await page.goto(files.address + (state.place ?? '#/house'))
    await house.say('tick', { at: TICK }, false)
    await page.locator('article, .roomhead').first().waitFor()
    await state.does?.(page)
    await page.waitForTimeout(500)
    await picture(page, `state-${name}`)
    if (name === 'rooms') await whole(page, `state-${name}`)
    await page.context().close()
    await house.say('alert/battery', '')
  }
  await onTheWay(files.address, mosquitto.ws)
  await house.close()
  await mosquitto.stop()
  files.stop()
}

/** Lost, loading, empty, not let in, may only look, many rooms, and forced colours. @param {string} address @param {number} ws */
async function onTheWay(address, ws) {
  const way = await cable(ws)
  await at(address, way.port, 'house', async (page) => {
    await page.locator('article').first().waitFor()
    way.cut()
    await page.getByRole('alert').waitFor()
    await picture(page, 'state-lost')
  })
  way.stop()
  await empty(address)
  await notLetIn(address)
  for (const place of ['house', 'room/room_1', 'room/room_1/week', 'system'])
    await at(
      address,
      ws,
      place,
      async (page) => {
        await page.waitForTimeout(600)
        await picture(page, `forced-${place.split('/').at(-1)}`)
      },
      { forcedColors: 'active', reducedMotion: 'reduce' },
    )
}

/** @param {string} address @param {number} ws @param {string} place @param {(page: Page) => Promise<void>} does
 * @param {Options} options */
async function at(address, ws, place, does, options = {}) {
  const page = await opened({ viewport: SIZES.phone, ...options })
  await lead(page.context(), ws)
  await page.goto(`${address}#/${place}`)
  await page.locator('h1').first().waitFor()
  await does(page)
  await page.context().close()
}

/** Before there is a room, and with sixty of them. @param {string} address */
async function empty(address) {
  const mosquitto = await broker()
  const house = await voice(mosquitto.port)
  await at(address, mosquitto.ws, 'house', async (page) => {
    await picture(page, 'state-loading')
    await page.getByRole('heading', { name: 'No room yet' }).waitFor()
    await picture(page, 'state-empty')
    for (const [topic, value] of told(60, TICK)) await house.say(topic, value)
    await page.getByRole('button', { name: 'Compact' }).click()
    await picture(page, 'state-compact')
  })
  await house.close()
  await mosquitto.stop()
}

/** @param {string} address */
async function notLetIn(address) {
  const acl = 'user owner\ntopic readwrite home/#\nuser guest\ntopic read home/#\n'
  const mosquitto = await broker({ acl, passwords: passwordsOf({ owner: 'of-all', guest: 'hearthfire' }) })
  const house = await voice(mosquitto.port, { username: 'owner', password: 'of-all' })
  for (const [topic, value] of told(2, TICK)) await house.say(topic, value)
  await at(address, mosquitto.ws, 'house', async (page) => {
    await page.getByLabel('Name').fill('guest')
    await page.getByLabel('Password', { exact: true }).fill('wrong')
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.getByRole('alert').waitFor()
    await picture(page, 'state-wrong')
    await page.getByLabel('Password', { exact: true }).fill('hearthfire')
    await page.getByRole('button', { name: 'Log in' }).click()
    const raise = page.getByRole('button', { name: /Raise Room 1/ })
    await raise.waitFor()
    await house.say('tick', { at: TICK }, false)
    await raise.click()
    await page.getByRole('alert').waitFor()
    await picture(page, 'state-may-only-look')
  })
  await house.close()
  await mosquitto.stop()
}

mkdirSync(FOLDER, { recursive: true })
await forDocs()
await states()
if (LIVES_S) {
  const house = await tryOut(['--speed', SPEED])
  try {
    await new Promise((done) => setTimeout(done, LIVES_S * 1000))
    await screens(house.address)
  } finally {
    await house.stop()
  }
}
await chromium.close()
console.log(`pictures in ${FOLDER}`)
