/* What a person asks, shown at once and taken back if it is not taken: optimistic, and honest.

A wish counts as taken when the retained settings of its room say so. Until then other messages never move the value
back. No answer in ten seconds, or a refusal, and the value returns with a word why. */
import { reactive } from 'vue'
import { house, now, onMessage, publish, room, rooms, zone } from './state'
import { clause, degrees, t, wall } from './words'
import type { RoomSettings, SwitchPoint } from './topics'

/** A word, or an instant until which. */
export type HowLong = 'next' | 'two' | 'good' | 'keep' | 'pick' | (string & {})

export interface Pending {
  value: number
  state: 'sending' | 'done'
}

export const pending = reactive(new Map<string, Pending>())
export const toast = reactive({ text: '', undo: null as null | (() => void), retry: null as null | (() => void) })
const NO_ANSWER_MS = 10_000
const TOGETHER_MS = 700
const TOAST_MS = 8000
const timers = new Map<string, ReturnType<typeof setTimeout>>()
let fading: ReturnType<typeof setTimeout> | undefined

export function tell(text: string, undo: null | (() => void) = null, retry: null | (() => void) = null): void {
  Object.assign(toast, { text, undo, retry })
  fade()
}

/** The toast stays as long as somebody points at it or has it in focus. */
export const hold = (): void => clearTimeout(fading)
export function fade(): void {
  clearTimeout(fading)
  fading = setTimeout(() => Object.assign(toast, { text: '', undo: null, retry: null }), TOAST_MS)
}

export const shown = (id: string): number => pending.get(id)?.value ?? room(id).status?.setpoint ?? 20

/** Half a degree more or less; taps that follow quickly are one wish. */
export function nudge(id: string, name: string, by: number): void {
  const value = Math.max(5, Math.min(30, shown(id) + by))
  pending.set(id, { value, state: 'sending' })
  clearTimeout(timers.get(id))
  timers.set(
    id,
    setTimeout(() => void set(id, name, value, 'keep'), TOGETHER_MS),
  )
}

/** The payloads of a setpoint wish, in order. */
export function payloads(id: string, value: number, howLong: HowLong): [string, unknown][] {
  const running = room(id).settings?.override?.until
  if (howLong === 'good')
    return [
      [`room/${id}/mode/set`, 'heat'],
      [`room/${id}/setpoint/set`, { value }],
    ]
  const until =
    howLong === 'two'
      ? new Date(now.value + 7_200_000).toISOString()
      : howLong === 'keep'
        ? running
        : howLong === 'next'
          ? null
          : howLong
  return [[`room/${id}/setpoint/set`, until ? { value, until } : { value }]]
}

export async function set(id: string, name: string, value: number, howLong: HowLong): Promise<void> {
  const before = room(id).settings
  pending.set(id, { value, state: 'sending' })
  const outcome = await ask(payloads(id, value, howLong), `room/${id}/settings`, (settings) =>
    says(settings as RoomSettings, value),
  )
  if (outcome !== true) {
    pending.delete(id)
    return fail(outcome, degrees(shown(id)), () => void set(id, name, value, howLong))
  }
  pending.set(id, { value, state: 'done' })
  setTimeout(() => pending.get(id)?.state === 'done' && pending.delete(id), 1500)
  const until = room(id).settings?.override?.until
  const end = until ? t('until', { t: wall(until, zone.value, now.value) }) : t('forever')
  tell(t('toast_set', { r: name, s: degrees(value), u: end }), () => void restore(id, before))
}

function says(settings: RoomSettings | null, value: number): boolean {
  return settings?.override?.setpoint === value || (settings?.mode === 'heat' && settings.held === value)
}

/** As it was before a wish. */
async function restore(id: string, before: RoomSettings | null): Promise<void> {
  tell(t('toast_undone'))
  if (!before) return
  await publish(`room/${id}/mode/set`, before.mode)
  await publish(`room/${id}/preset/set`, wish(before.preset, before.preset_until))
  if (before.override) await publish(`room/${id}/setpoint/set`, wish(before.override.setpoint, before.override.until))
  else await publish(`room/${id}/setpoint/set`, 'auto')
  if (before.boost_until) await publish(`room/${id}/boost/set`, { until: before.boost_until })
}

const wish = (value: unknown, until: string | null): unknown => (until ? { value, until } : { value })

export async function toSchedule(id: string): Promise<void> {
  const before = room(id).settings
  const isPlain = before?.mode === 'auto' && before.preset === 'none'
  const wishes: [string, unknown][] = [
    ...(before?.mode === 'auto' ? [] : [[`room/${id}/mode/set`, 'auto'] as [string, unknown]]),
    ...(before?.preset === 'none' ? [] : [[`room/${id}/preset/set`, 'none'] as [string, unknown]]),
    [`room/${id}/setpoint/set`, 'auto'],
  ]
  if (isPlain && !before.override && !before.boost_until) return
  const outcome = await ask(wishes, `room/${id}/settings`, (value) => isScheduled(value as RoomSettings))
  answered(outcome, t('to_schedule'), () => void restore(id, before))
}

const isScheduled = (one: RoomSettings): boolean =>
  one.mode === 'auto' && one.preset === 'none' && !one.override && !one.boost_until

export async function choosePreset(id: string, preset: string): Promise<void> {
  const before = room(id).settings
  const outcome = await ask(
    [[`room/${id}/preset/set`, preset]],
    `room/${id}/settings`,
    (value) => (value as RoomSettings).preset === preset,
  )
  answered(outcome, t(`p_${preset}`), () => void restore(id, before))
}

export async function chooseMode(id: string, mode: string): Promise<void> {
  const before = room(id).settings
  const outcome = await ask(
    [[`room/${id}/mode/set`, mode]],
    `room/${id}/settings`,
    (value) => (value as RoomSettings).mode === mode,
  )
  answered(outcome, t(`m_${mode}`), () => void restore(id, before))
}

export async function boost(id: string, name: string, minutes: number): Promise<void> {
  const isOn = Boolean(room(id).settings?.boost_until)
  const outcome = await ask(
    [[`room/${id}/boost/set`, isOn ? 'off' : String(minutes)]],
    `room/${id}/settings`,
    (value) => Boolean((value as RoomSettings).boost_until) !== isOn,
  )
  const text = isOn ? t('p_stop_boost') : t('toast_boost', { r: name, n: minutes })
  answered(outcome, text, () => void publish(`room/${id}/boost/set`, isOn ? String(minutes) : 'off'))
}

/** Nobody is home: that wipes what was asked of each room, so its undo asks for it again. */
export async function goAway(until: string | null, setpoint: number): Promise<void> {
  const before = [...rooms].map(([id, one]) => [id, one.settings] as const)
  const outcome = await ask(
    [['away/set', until ? { value: 'on', until, setpoint } : { value: 'on', setpoint }]],
    'settings',
    (value) => Boolean((value as { away?: unknown } | null)?.away),
  )
  const text = until ? t('toast_away', { t: wall(until, zone.value, now.value) }) : t('away_title')
  answered(outcome, text, () => void stay(before))
}

async function stay(before: (readonly [string, RoomSettings | null])[]): Promise<void> {
  const outcome = await ask([['away/set', 'off']], 'settings', (value) => !(value as { away?: unknown } | null)?.away)
  if (outcome !== true) return fail(outcome, '')
  for (const [id, settings] of before) if (settings && !isScheduled(settings)) await restore(id, settings)
  tell(t('toast_undone'))
}

export async function comeBack(): Promise<void> {
  const outcome = await ask([['away/set', 'off']], 'settings', (value) => !(value as { away?: unknown } | null)?.away)
  if (outcome !== true) fail(outcome, '', () => void comeBack())
}

/** Between warm on the minute and a boiler that rests: one of the law's words. */
export async function chooseComfort(word: string): Promise<void> {
  const before = house.settings.comfort ?? 'auto'
  const outcome = await ask(
    [['comfort/set', word]],
    'settings',
    (value) => (value as { comfort?: unknown } | null)?.comfort === word,
  )
  answered(outcome, t(`comfort_${word}`), () => void publish('comfort/set', before))
}

export async function saveWeek(id: string, name: string, points: SwitchPoint[]): Promise<boolean> {
  const before = room(id).schedule
  const outcome = await ask([[`room/${id}/schedule/set`, points]], `room/${id}/schedule`, () => true)
  return answered(outcome, t('toast_schedule', { r: name }), () => void publish(`room/${id}/schedule/set`, before))
}

/* --- whether it was taken ---------------------------------------------------------------------------------------- */

/** True when taken, false when nobody answered; a word why not; null where this user may only look. */
type Outcome = boolean | string | null

function answered(outcome: Outcome, text: string, undo: () => void): boolean {
  if (outcome === true) tell(text, undo)
  else fail(outcome, '')
  return outcome === true
}

function fail(outcome: Outcome, value: string, retry: null | (() => void) = null): void {
  if (outcome === null) return // a banner says it, and stays
  if (typeof outcome === 'string') tell(t('refused', { why: clause(outcome) }), null, retry)
  else tell(value ? t('not_heard', { s: value }) : t('not_heard_plain'), null, retry)
}

/** Say wishes, in order, and wait until a retained topic says what was asked. */
async function ask(wishes: [string, unknown][], topic: string, fits: (value: unknown) => boolean): Promise<Outcome> {
  const answer = heard(
    topic,
    wishes.map(([path]) => path),
    fits,
  )
  for (const [path, payload] of wishes) {
    const sent = await publish(path, payload)
    if (sent === 'sent') continue
    answer.end(sent === 'forbidden' ? null : false)
    break
  }
  return answer.outcome
}

function heard(
  topic: string,
  asked: string[],
  fits: (value: unknown) => boolean,
): { outcome: Promise<Outcome>; end: (outcome: Outcome) => void } {
  let end: (outcome: Outcome) => void = () => undefined
  const outcome = new Promise<Outcome>((done) => {
    const timer = setTimeout(() => end(false), NO_ANSWER_MS)
    const stop = onMessage((path, value) => {
      if (path === topic && fits(value)) end(true)
      const refusal = path === 'rejected' ? (value as { topic?: string; reason?: string }) : null
      if (refusal?.topic && asked.some((one) => refusal.topic?.endsWith(`/${one}`))) end(refusal.reason ?? '')
    })
    end = (found) => {
      clearTimeout(timer)
      stop()
      done(found)
    }
  })
  return { outcome, end: (found) => end(found) }
}
