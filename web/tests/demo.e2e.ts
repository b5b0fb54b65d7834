/* The demo: the page as a static site, with hours of a house in a file beside it, and no broker anywhere. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { browser as startBrowser, serve } from './running.mjs'

const run = promisify(execFile)
const PYTHON = process.env.PYTHON ?? join('.venv', 'bin', 'python')
const folder = mkdtempSync(join(tmpdir(), 'haard-demo-'))
const faults: string[] = []
let browser: Browser
let server: Awaited<ReturnType<typeof serve>>
let page: Page

beforeAll(async () => {
  await Promise.all([
    run('npx', ['vite', 'build', '--outDir', folder, '--logLevel', 'warn'], {
      env: { ...process.env, VITE_DEMO: '1' },
    }),
    run(PYTHON, ['-m', 'devtools.demo_page', `${folder}.json`, '1', '2'], { cwd: '..' }),
  ])
  await run('mv', [`${folder}.json`, join(folder, 'house.json')])
  writeFileSync(join(folder, 'config.json'), '{"broker": "house.json", "root": "home"}')
  server = await serve(folder)
  browser = await startBrowser()
  page = await browser.newPage({ viewport: { width: 1280, height: 860 }, locale: 'en-GB' })
  page.setDefaultTimeout(20_000)
  page.on('pageerror', (error) => faults.push(error.message))
  await page.goto(server.address)
}, 180_000)

afterAll(async () => {
  await browser?.close()
  server?.stop()
  rmSync(folder, { recursive: true, force: true })
}, 30_000)

const living = () => page.locator('article', { has: page.getByRole('heading', { name: 'Living room' }) })

it('lives: rooms are there, and the time of the house goes on', async () => {
  await living().waitFor()
  const clock = page.locator('.eyebrow').first()
  const before = await clock.textContent()
  await expect.poll(() => clock.textContent()).not.toBe(before)
}, 60_000)

it('refuses a wish aloud, for nobody regulates there', async () => {
  await living().getByRole('button', { name: /Raise/ }).click()
  await page.getByRole('status').filter({ hasText: 'this house is a recording' }).waitFor()
}, 60_000)

it('shows the past of a room, what was decided, gas and devices, and breaks nowhere', async () => {
  await page.goto(`${server.address}#/room/living`)
  await page.getByRole('slider', { name: /Temperature of/ }).waitFor()
  await page.getByRole('heading', { name: 'What it decided' }).waitFor()
  await page.goto(`${server.address}#/gas`)
  await page.getByText('Hot water').waitFor()
  await page.goto(`${server.address}#/devices`)
  await page
    .getByText(/moves? today/)
    .first()
    .waitFor()
  expect(faults).toEqual([])
}, 60_000)
