/* What a person asks, shown at once and taken back if it is not taken: optimistic, and honest.

A wish counts as taken when the retained settings of its room say so. Until then other messages never move the value
back. No answer in ten seconds, or a refusal, and the value returns with a word why. */
import { reactive } from 'vue'
import { now, onMessage, publish, room, zone } from './state'
import { degrees, t, wall } from './words'
import type { RoomSettings, SwitchPoint } from './topics'

export type HowLong = 'next' | 'two' | 'good' | string

export interface Pending {
  value: number
  state: 'sending' | 'done'
}

export const pending = reactive(new Map<string, Pending>())
export const toast = reactive({ text: '', undo: null as null | (() => void), retry: null as null | (() => void) })
const NO_ANSWER_MS = 10_000
const TOGETHER_MS = 700
const timers = new Map<string, ReturnType<typeof setTimeout>>()
let fading: ReturnType<typeof setTimeout> | undefined

export function tell(text: string, undo: null | (() => void) = null, retry: null | (() => void) = null): void {
  clearTimeout(fading)
  Object.assign(toast, { text, undo, retry })
  fading = setTimeout(() => Object.assign(toast, { text: '', undo: null, retry: null }), 8000)
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
export function payloads(id: string, value: number, howLong: HowLong | 'keep'): [string, unknown][] {
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

export async function set(id: string, name: string, value: number, howLong: HowLong | 'keep'): Promise<void> {
  const before = room(id).settings
  pending.set(id, { value, state: 'sending' })
  const taken = heard(`room/${id}/settings`, (settings) => says(settings as RoomSettings, value))
  for (const [topic, payload] of payloads(id, value, howLong)) await publish(topic, payload)
  const outcome = await taken
  if (outcome !== true) {
    pending.delete(id)
    const text = outcome === false ? t('not_heard', { s: degrees(shown(id)) }) : t('refused', { why: outcome })
    return tell(text, null, () => void set(id, name, value, howLong))
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
  if (before.preset !== 'none') await publish(`room/${id}/preset/set`, wish(before.preset, before.preset_until))
  if (before.override) await publish(`room/${id}/setpoint/set`, wish(before.override.setpoint, before.override.until))
  else await publish(`room/${id}/setpoint/set`, 'auto')
  if (before.boost_until) await publish(`room/${id}/boost/set`, { until: before.boost_until })
}

const wish = (value: unknown, until: string | null): unknown => (until ? { value, until } : { value })

export async function toSchedule(id: string): Promise<void> {
  const before = room(id).settings
  const taken = heard(`room/${id}/settings`, () => true)
  await publish(`room/${id}/mode/set`, 'auto')
  await publish(`room/${id}/setpoint/set`, 'auto')
  await answered(taken, t('to_schedule'), () => void restore(id, before))
}

export async function choosePreset(id: string, preset: string): Promise<void> {
  const before = room(id).settings
  const taken = heard(`room/${id}/settings`, (value) => (value as RoomSettings).preset === preset)
  await publish(`room/${id}/preset/set`, preset)
  await answered(taken, t(`p_${preset}`), () => void restore(id, before))
}

export async function chooseMode(id: string, mode: string): Promise<void> {
  const before = room(id).settings
  const taken = heard(`room/${id}/settings`, (value) => (value as RoomSettings).mode === mode)
  await publish(`room/${id}/mode/set`, mode)
  await answered(taken, t(`m_${mode}`), () => void restore(id, before))
}

export async function boost(id: string, name: string, minutes: number): Promise<void> {
  const isOn = Boolean(room(id).settings?.boost_until)
  const taken = heard(`room/${id}/settings`, (value) => Boolean((value as RoomSettings).boost_until) !== isOn)
  await publish(`room/${id}/boost/set`, isOn ? 'off' : String(minutes))
  const text = isOn ? t('p_stop_boost') : t('toast_boost', { r: name, n: minutes })
  await answered(taken, text, () => void publish(`room/${id}/boost/set`, isOn ? String(minutes) : 'off'))
}

export async function goAway(until: string | null, setpoint: number): Promise<void> {
  const taken = heard('settings', (value) => Boolean((value as { away?: unknown } | null)?.away))
  await publish('away/set', until ? { value: 'on', until, setpoint } : { value: 'on', setpoint })
  const text = until ? t('toast_away', { t: wall(until, zone.value, now.value) }) : t('away_title')
  await answered(taken, text, () => void comeBack())
}

export async function comeBack(): Promise<void> {
  await publish('away/set', 'off')
}

export async function saveWeek(id: string, name: string, points: SwitchPoint[]): Promise<boolean> {
  const before = room(id).schedule
  const taken = heard(`room/${id}/schedule`, () => true)
  await publish(`room/${id}/schedule/set`, points)
  return answered(taken, t('toast_schedule', { r: name }), () => void publish(`room/${id}/schedule/set`, before))
}

async function answered(taken: Promise<boolean | string>, text: string, undo: () => void): Promise<boolean> {
  const outcome = await taken
  if (outcome === true) tell(text, undo)
  else tell(outcome === false ? t('not_heard', { s: '' }) : t('refused', { why: outcome }))
  return outcome === true
}

/** Whether a retained topic comes to say what was asked; the reason if it is refused; false if nobody answers. */
function heard(topic: string, fits: (value: unknown) => boolean): Promise<boolean | string> {
  return new Promise((done) => {
    const end = (outcome: boolean | string): void => {
      clearTimeout(timer)
      stop()
      done(outcome)
    }
    const timer = setTimeout(() => end(false), NO_ANSWER_MS)
    const subject = topic.split('/').slice(0, 2).join('/')
    const stop = onMessage((path, value) => {
      if (path === topic && fits(value)) end(true)
      const refusal = path === 'rejected' ? (value as { topic?: string; reason?: string }) : null
      if (refusal?.topic?.includes(`/${subject}/`)) end(refusal.reason ?? '')
    })
  })
}
