/* Every state of the page, in a house that is only told: lost, forbidden, refused, empty, old. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { broker, cable, passwordsOf, status, told, voice } from './running.mjs'
import { card, said, serious, TICK, toldHouse } from './told_house'

interface Asked {
  id: string
  reply: string
  begin: string
}
let all: Awaited<ReturnType<typeof toldHouse>>

beforeAll(async () => {
  all = await toldHouse()
}, 60_000)
beforeEach(() => all.atRest())
afterAll(() => all?.stop(), 30_000)

describe('what a room may be', () => {
  const of = {
    heating: [{ action: 'heating', demand: 80, temperature: 19.6 }, 'Heating'],
    'warming up': [{ action: 'heating', demand: 100, temperature: 16 }, 'Warming up'],
    boosted: [{ rule: 'boost', until: '2026-01-14T19:02:00Z', setpoint: 23, action: 'heating' }, 'Boost 20 min'],
    aired: [{ rule: 'airing', window: null }, 'Looks aired'],
    'with a window open': [{ window: 'open' }, 'Window open'],
    away: [{ rule: 'away', setpoint: 15 }, 'Away'],
    off: [{ mode: 'off', action: 'off', setpoint: 5 }, 'Off'],
    'left alone': [{ mode: 'bypass' }, 'Hands off'],
    'without a reading': [{ staleness: 'lost', temperature: null }, 'No reading'],
    'kept from frost': [{ rule: 'frost', temperature: 5 }, 'Frost protection'],
  } as const
  it('is said by a word on its card, with the setpoint in sight', async () => {
    const page = await all.look()
    const name = card(page, 'Room 1')
    await name.waitFor()
    for (const [what, [more, word]] of Object.entries(of)) {
      await all.house.say('room/room_1/status', status(TICK, more))
      await expect.poll(() => said(name.locator('.pilltag')), { message: what }).toBe(word)
      const setpoint = 'setpoint' in more ? more.setpoint : 20
      expect(await said(name.locator('.sp'))).toContain(`${setpoint}°`)
    }
    await page.context().close()
  }, 60_000)
})

describe('the way to the broker', () => {
  it('lost is said at once, keeps what is known as old, and comes back by itself', async () => {
    const way = await cable(all.open.ws)
    const page = await all.look('house', {}, way.port)
    await card(page, 'Room 1').waitFor()
    await expect.poll(() => card(page, 'Room 1').getByRole('button', { name: /Raise/ }).isEnabled()).toBe(true)
    way.cut()
    await page.getByRole('alert').filter({ hasText: 'No connection to the broker' }).waitFor()
    expect(await card(page, 'Room 1').locator('.temp').getAttribute('class')).toContain('old')
    expect(await said(card(page, 'Room 1'))).toContain('19.8°')
    expect(await card(page, 'Room 1').getByRole('button', { name: /Raise/ }).isDisabled()).toBe(true)
    await all.house.say('room/room_1/status', status(TICK, { temperature: 18.1 }))
    way.mend()
    await page.getByRole('alert').waitFor({ state: 'detached' })
    await expect.poll(() => said(card(page, 'Room 1'))).toContain('18.1°')
    await page.context().close()
    way.stop()
  }, 60_000)

  it('that nobody answers at first says so too', async () => {
    const way = await cable(all.open.ws)
    way.cut()
    const page = await all.look('house', {}, way.port)
    await page.getByRole('alert').filter({ hasText: 'Nothing has been heard yet' }).waitFor()
    await page.getByRole('heading', { name: 'The house does not answer' }).waitFor()
    expect(await page.getByText('No room yet').count()).toBe(0)
    expect(await serious(page)).toEqual([])
    await page.getByRole('link', { name: 'System' }).click()
    await page.getByRole('heading', { name: 'System' }).waitFor()
    await page.getByRole('link', { name: 'House' }).click()
    way.mend()
    await card(page, 'Room 1').waitFor()
    await page.context().close()
    way.stop()
  }, 60_000)
})

describe('a broker that asks who is there', () => {
  let strict: Awaited<ReturnType<typeof broker>>
  let owner: Awaited<ReturnType<typeof voice>>

  beforeAll(async () => {
    const passwords = passwordsOf({ owner: 'of-all', web: 'hearthfire', guest: 'hearthfire' })
    const acl = [
      ...['user owner', 'topic readwrite home/#'],
      ...['user web', 'topic read home/#', 'topic write home/service/web/echo', 'topic write home/room/+/setpoint/set'],
      ...['user guest', 'topic read home/#'],
    ]
    strict = await broker({ acl: acl.join('\n') + '\n', passwords })
    owner = await voice(strict.port, { username: 'owner', password: 'of-all' })
    for (const [topic, value] of told(2, TICK)) await owner.say(topic, value)
  }, 30_000)

  afterAll(async () => {
    await owner?.close()
    await strict?.stop()
  }, 20_000)

  async function logIn(page: Page, name: string, password: string): Promise<void> {
    await page.getByLabel('Name').fill(name)
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Log in' }).click()
  }

  it('is not asked for ever with a wrong password; the name stays, and the right one opens', async () => {
    const page = await all.look('house', {}, strict.ws)
    await logIn(page, 'web', 'wrong')
    await page.getByRole('alert').filter({ hasText: 'does not know this name' }).waitFor()
    expect(await serious(page)).toEqual([])
    expect(await page.getByLabel('Name').inputValue()).toBe('web')
    await logIn(page, 'web', 'hearthfire')
    await card(page, 'Room 1').waitFor()
    await owner.say('tick', { at: TICK }, false)
    await page.reload()
    await card(page, 'Room 1').waitFor() // this tab knows it still
    await page.context().close()
  }, 60_000)

  it('says who may only look, and then offers nothing to press', async () => {
    const page = await all.look('house', {}, strict.ws)
    await logIn(page, 'guest', 'hearthfire')
    await card(page, 'Room 2').waitFor()
    await owner.say('tick', { at: TICK }, false)
    const raise = card(page, 'Room 2').getByRole('button', { name: /Raise/ })
    await expect.poll(() => raise.isEnabled()).toBe(true)
    await raise.click()
    await page.getByRole('alert').filter({ hasText: 'may look, but not change' }).waitFor()
    expect(await raise.count()).toBe(0)
    expect(await said(card(page, 'Room 2'))).toContain('20°')
    await page.context().close()
  }, 60_000)
})

describe('a wish that nobody takes', () => {
  it('goes back with the reason when it is refused, and after ten seconds without an answer', async () => {
    const page = await all.look()
    const raise = card(page, 'Room 3').getByRole('button', { name: /Raise/ })
    await raise.waitFor()
    await raise.click()
    const asked = await all.house.until('room/room_3/setpoint/set')
    await all.house.say('room/room_3/status', status(TICK, { temperature: 19.9 })) // what others say moves nothing back
    await expect.poll(() => said(card(page, 'Room 3'))).toContain('19.9°')
    expect(await said(card(page, 'Room 3').locator('.sp'))).toContain('20.5°')
    const refusal = { topic: 'home/room/room_3/setpoint/set', payload: asked, reason: 'the house is cold' }
    await all.house.say('rejected', refusal, false)
    await page.getByRole('status').filter({ hasText: 'Not accepted: the house is cold' }).waitFor()
    expect(await said(card(page, 'Room 3').locator('.sp'))).toContain('20°')
    await raise.click()
    await page.getByRole('status').filter({ hasText: 'has not answered' }).waitFor()
    await page.getByRole('button', { name: 'Try again' }).waitFor()
    await page.context().close()
  }, 60_000)
})

describe('between comfort and rest', () => {
  it('one word is chosen for the house, said once it is taken, and undone', async () => {
    await all.house.say('settings', {})
    const page = await all.look('system')
    const word = (name: string) => page.getByRole('radio', { name, exact: true })
    await expect.poll(() => word('Balanced').getAttribute('aria-checked')).toBe('true')
    await expect.poll(() => word('Quiet').isEnabled()).toBe(true)
    await word('Quiet').click()
    await all.house.until('comfort/set', (said) => said === 'quiet')
    await all.house.say('settings', { comfort: 'quiet' })
    await page.getByText('Valves and boiler rest more').waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await all.house.until('comfort/set', (said) => said === 'auto')
    await all.house.say('settings', {})
    await expect.poll(() => word('Balanced').getAttribute('aria-checked')).toBe('true')
    await page.context().close()
  }, 60_000)
})

describe('the clock change of October', () => {
  it('is that of the house, wherever the reader is', async () => {
    const night = '2026-10-24T22:30:00Z' // half past midnight, summer time, in Amsterdam
    const strange = await broker()
    const one = await voice(strange.port)
    for (const [topic, value] of told(1, night)) await one.say(topic, value)
    const morning = { until: '2026-10-25T05:30:00Z', next_switch_at: '2026-10-25T05:30:00Z' }
    await one.say('room/room_1/status', status(night, morning))
    const page = await all.look('house', { timezoneId: 'America/New_York' }, strange.ws)
    await card(page, 'Room 1').waitFor()
    await one.say('tick', { at: night }, false)
    await expect.poll(() => said(card(page, 'Room 1').locator('.sp'))).toContain('until 06:30')
    await page.locator('.eyebrow').filter({ hasText: '00:30' }).waitFor()
    await page.getByRole('button', { name: 'Away' }).click()
    await page.getByRole('radio', { name: /Tomorrow/ }).click()
    await page.getByRole('button', { name: 'Set', exact: true }).click()
    const away = await one.until('away/set')
    expect((JSON.parse(away) as { until: string }).until).toBe('2026-10-26T16:00:00.000Z')
    await page.context().close()
    await one.close()
    await strange.stop()
  }, 60_000)
})

describe('the home screen', () => {
  it('may have the page, which opens from there while its server is away, and says so', async () => {
    const page = await all.look('house', { serviceWorkers: 'allow' })
    await card(page, 'Room 1').waitFor()
    await page.evaluate(() => navigator.serviceWorker.ready)
    const hand = await page.context().newCDPSession(page)
    const { installabilityErrors } = await hand.send('Page.getInstallabilityErrors')
    const wrong = installabilityErrors.map((one) => one.errorId)
    expect(wrong.filter((one) => one !== 'in-incognito')).toEqual([]) // as all pages of tests are
    await page.context().unrouteAll()
    await page.context().setOffline(true)
    await page.reload()
    await page.getByRole('alert').filter({ hasText: 'No connection to the broker' }).waitFor()
    await page.evaluate(() => (location.hash = '#/system'))
    await page.getByRole('heading', { level: 1, name: 'System' }).waitFor()
    await page.context().setOffline(false)
    expect(await page.evaluate(() => caches.keys().then((all) => all.length))).toBe(1)
    await page.context().close()
  }, 60_000)
})

describe('a house without rooms', () => {
  it('says what to do', async () => {
    const empty = await broker()
    const page = await all.look('house', {}, empty.ws)
    await page.getByRole('heading', { name: 'No room yet' }).waitFor()
    await page.context().close()
    await empty.stop()
  }, 60_000)
})

describe('without an analyst', () => {
  it('a chart and gas say that they have no past; they ask again when told to, and when it is there', async () => {
    await all.house.say('service/analyst/availability', 'offline')
    const page = await all.look('gas')
    await page.getByText('the analyst does not answer').waitFor()
    await page.getByRole('button', { name: 'Try again' }).waitFor()
    await page.evaluate(() => (location.hash = '#/room/room_1'))
    await page.getByText('the analyst does not answer').waitFor()
    all.house.heard.delete('history/get')
    // Listened for before it can be asked: behind it comes another question on the same topic.
    const question = all.house.until('history/get', (text) => text.includes('"what":"room"'))
    await all.house.say('service/analyst/availability', 'online')
    const asked = JSON.parse(await question) as Asked
    const past = { begin: asked.begin, step_s: 300, temperature: [19, 20], setpoint: [20, 20], valve: [100, 0] }
    await all.house.say(`history/reply/${asked.reply}`, { id: asked.id, ...past }, false)
    await page.getByRole('slider', { name: 'Temperature of Room 1' }).waitFor()
    await page.context().close()
  }, 60_000)
})

describe('why a room was as it was', () => {
  it('is told by the analyst, newest first, and goes on with what is decided meanwhile', async () => {
    const page = await all.look('room/room_2')
    const asked = all.house.until('history/get', (text) => text.includes('"what":"decisions"'))
    await page.getByRole('heading', { name: 'What it decided' }).scrollIntoViewIfNeeded()
    const { id, reply } = JSON.parse(await asked) as Asked
    const decisions = [
      ['2026-01-14T05:30:00Z', 20, 'idle', '20 °C by schedule until 22:30; waits: the boiler makes hot water'],
      ['2026-01-14T05:40:00Z', 20, 'heating', '20 °C by schedule until 22:30; heats because 1.4 K below 20'],
    ].map(([at, setpoint, action, reason]) => ({ at, setpoint, action, rule: 'schedule', reason }))
    await all.house.say(`history/reply/${reply}`, { id, decisions }, false)
    const rows = page.locator('.decisions li')
    await expect
      .poll(() => rows.allTextContents())
      .toEqual([
        '06:40Heats because 1.4 K below 20',
        '06:3020 °C by schedule until 22:30; waits: the boiler makes hot water',
      ])
    await all.house.say(
      'room/room_2/status',
      status(TICK, { action: 'heating', reason: '20 °C by schedule; is heated' }),
    )
    await expect.poll(() => said(rows.first())).toBe('19:42Is heated')
    await page.context().close()
  }, 60_000)
})

describe('what radiators proved to be', () => {
  it('is said under Gas beside the pipes, as a part of what the settings say', async () => {
    await all.house.say('room/room_1/power', { factor: 0.82, count: 12 })
    await all.house.say('pipes', { fraction: 0.07, count: 9 })
    const page = await all.look('gas')
    const powers = page.locator('.powers')
    await powers.waitFor()
    const rows = (await powers.getByRole('listitem').allTextContents()).map((one) => one.replace(/\s+/g, ' '))
    expect(rows).toEqual(['Room 182 %', 'Pipes7 % of the heating gas'])
    await powers.getByText('by the gas of 12 burns').waitFor()
    await page.context().close()
  }, 60_000)
})

describe('how often a valve has moved', () => {
  it('is said on Devices, and begins anew with the day of the house', async () => {
    const page = await all.look('devices')
    const valve = page.locator('.dev', { hasText: 'Valve' }).first()
    const told = async (told_at: string, moves: number): Promise<void> =>
      void (await all.house.say('room/room_1/memory', { valves: { valve_1: { told_at, moves } } }))
    await told('2026-01-14T06:00:00Z', 7)
    await expect.poll(() => said(valve)).toContain('7 moves today')
    await told('2026-01-14T18:40:00Z', 1)
    await expect.poll(() => said(valve)).toContain('1 move today')
    await told('2026-01-13T22:00:00Z', 9) // eleven in the evening of the day before
    await expect.poll(() => said(valve)).toContain('0 moves today')
    await page.context().close()
  }, 60_000)
})
