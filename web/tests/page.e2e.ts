/* The page in Debian's Chromium against a running try-out: real broker, real regulator. Run by `make test-page`. */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const HAARD = process.env.HAARD ?? '../.venv/bin/haard'
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
let house: ChildProcess
let folder: string
let browser: Browser
let page: Page
let address: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'haard-page-'))
  house = spawn(join(process.cwd(), HAARD), ['up', '--speed', '60'], { cwd: folder })
  address = await new Promise<string>((found, fail) => {
    let said = ''
    house.stdout?.on('data', (piece: Buffer) => {
      said += piece.toString()
      const url = said.match(/page: (http\S+)/)?.[1]
      if (url && /starting simulated \.\.\. ready/.test(said)) found(url)
    })
    house.on('exit', () => fail(new Error(said)))
  })
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS })
  page = await browser.newPage({ viewport: { width: 390, height: 844 } })
  await page.goto(address)
  await page.getByRole('heading', { name: 'Living room' }).waitFor()
}, 90_000)

afterAll(async () => {
  await browser?.close()
  house?.kill('SIGTERM')
  await new Promise((ended) => house?.on('exit', ended))
  rmSync(folder, { recursive: true, force: true })
}, 30_000)

const card = (name: string) => page.locator('article', { has: page.getByRole('heading', { name }) })

describe('the house', () => {
  it('takes a wish, says so, and takes it back', async () => {
    const value = card('Living room').locator('.sp')
    const before = parseFloat(await value.innerText())
    await card('Living room').getByRole('button', { name: /Raise/ }).click()
    await card('Living room').getByRole('button', { name: /Raise/ }).click()
    await page
      .getByRole('status')
      .filter({ hasText: `Living room: ${before + 1}°` })
      .waitFor()
    expect(parseFloat(await value.innerText())).toBe(before + 1)
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect.poll(async () => parseFloat(await value.innerText()), { timeout: 15_000 }).toBe(before)
  }, 40_000)

  it('boosts a room and ends it', async () => {
    await page.goto(`${address}#/room/bath`)
    await page.getByRole('radio', { name: /^Boost/ }).click()
    await page.getByRole('radio', { name: 'Stop boost' }).waitFor()
    await page.getByRole('radio', { name: 'Stop boost' }).click()
    await page.getByRole('radio', { name: /^Boost/ }).waitFor()
  }, 30_000)

  it('keeps a week that was edited by keys', async () => {
    await page.goto(`${address}#/room/study/week`)
    const handle = page.getByRole('slider').first()
    const before = await handle.getAttribute('aria-valuetext')
    await handle.focus()
    await page.keyboard.press('PageUp')
    const after = await page.getByRole('slider').first().getAttribute('aria-valuetext')
    expect(after).not.toBe(before)
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { name: 'Why' }).waitFor()
    await page.goto(`${address}#/room/study/week`)
    await expect.poll(async () => page.getByRole('slider').first().getAttribute('aria-valuetext')).toBe(after)
  }, 40_000)

  it('goes away and comes back', async () => {
    await page.goto(`${address}#/house`)
    await page.getByRole('button', { name: 'Away' }).click()
    await page.getByRole('button', { name: 'Set', exact: true }).click()
    await page.getByText('Nobody is home').first().waitFor()
    await page.getByRole('button', { name: 'We are back' }).click()
    await page.getByRole('button', { name: 'Away' }).waitFor()
  }, 40_000)
})

describe('every screen', () => {
  for (const theme of ['light', 'dark'] as const)
    for (const [screen, width] of [
      ['house', 390],
      ['house', 1280],
      ['room/living', 390],
      ['room/living/week', 1280],
      ['gas', 390],
      ['devices', 1280],
      ['system', 390],
    ] as const)
      it(`${screen}, ${theme}, ${width} wide: axe finds nothing serious`, async () => {
        const context = await browser.newContext({ colorScheme: theme, viewport: { width, height: 860 } })
        const one = await context.newPage()
        await one.goto(`${address}#/${screen}`)
        await one.getByText('Living room').first().waitFor()
        const found = await new AxeBuilder({ page: one }).analyze()
        const serious = found.violations.filter((v) => v.impact === 'serious' || v.impact === 'critical')
        expect(serious.map((v) => `${v.id}: ${v.nodes[0]?.html}`)).toEqual([])
        await context.close()
      }, 40_000)
})
