/* What a hand does: it takes something by mouse or finger, and moves it sideways. */
import type { Locator } from 'playwright-core'

export async function drag(what: Locator, kind: 'mouse' | 'touch', by: number): Promise<void> {
  const page = what.page()
  const box = (await what.boundingBox())!
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  if (kind === 'mouse') {
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + by, y, { steps: 6 })
    await page.mouse.up()
    return
  }
  const hand = await page.context().newCDPSession(page)
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', points: { x: number; y: number }[]) =>
    hand.send('Input.dispatchTouchEvent', { type, touchPoints: points })
  await touch('touchStart', [{ x, y }])
  for (let step = 1; step <= 6; step++) await touch('touchMove', [{ x: x + (by * step) / 6, y }])
  await touch('touchEnd', [])
}
