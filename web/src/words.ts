/* Words, numbers and times in the reader's language and in the time zone of the house. */
import { reactive } from 'vue'
import { REASONS } from './reasons'
import { STRINGS } from './strings'

export type Language = 'en' | 'nl'

export const reader = reactive({
  language: (localStorage.getItem('haard.language') ?? (navigator.language.startsWith('nl') ? 'nl' : 'en')) as Language,
  theme: localStorage.getItem('haard.theme') ?? 'auto',
})

export function t(key: string, parts: Record<string, string | number> = {}): string {
  const both = STRINGS[key]
  const text = both ? both[reader.language === 'nl' ? 1 : 0] : key
  return typeof text === 'string' ? text.replace(/\{(\w+)\}/g, (_, name: string) => String(parts[name] ?? '')) : key
}

export function list(key: string): string[] {
  const both = STRINGS[key]
  const found = both?.[reader.language === 'nl' ? 1 : 0]
  return Array.isArray(found) ? found : []
}

/** One clause of the regulator in the reader's language; one that nobody has translated stays as it was said. */
export function clause(said: string, language: Language = reader.language): string {
  if (language !== 'nl') return said
  for (const [pattern, dutch] of REASONS) {
    const found = said.match(pattern)
    if (found) return dutch(...found.slice(1).map(decimal))
  }
  return said
}

export const isTranslated = (said: string): boolean => REASONS.some(([pattern]) => pattern.test(said))

function decimal(part: string | undefined): string {
  if (part === undefined) return ''
  return /^[\d.]+$/.test(part) || /K (below|above)|^at/.test(part) ? part.replace(/(\d)\.(\d)/g, '$1,$2') : part
}

export const clauses = (reason: string): string[] => reason.split('; ').map((one) => clause(one))

export const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

const locale = (): string => (reader.language === 'nl' ? 'nl-NL' : 'en-GB')

export function number(value: number, digits = 1): string {
  return new Intl.NumberFormat(locale(), { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value)
}

export const degrees = (value: number): string => `${Number.isInteger(value) ? value : number(value)}°`

/** An amount in the currency of the house (ISO 4217). */
export function money(value: number, currency: string): string {
  return new Intl.NumberFormat(locale(), { style: 'currency', currency }).format(value)
}

export function time(at: string | number | Date, zone: string, options: Intl.DateTimeFormatOptions = {}): string {
  const form = { hour: '2-digit', minute: '2-digit', timeZone: zone, ...options } as const
  return new Intl.DateTimeFormat(locale(), form).format(new Date(at))
}

/** `22:30`, with the weekday when it is more than a day away. */
export function wall(at: string, zone: string, now: number): string {
  const far = Math.abs(Date.parse(at) - now) >= 86_400_000
  return time(at, zone, far ? { weekday: 'short' } : {}).replace(',', '')
}

/** Minutes since local midnight. */
export function minuteOfDay(at: string | number, zone: string): number {
  const [hours = '0', minutes = '0'] = new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    timeZone: zone,
  })
    .format(new Date(at))
    .split(':')
  return Number(hours) * 60 + Number(minutes)
}

/** The date by the clock of the house, `2026-11-25`. */
export const localDate = (at: number, zone: string): string =>
  new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', timeZone: zone }).format(at)

/** The date so many days later, however long they are. */
export function dayAfter(date: string, days = 1): string {
  const at = new Date(`${date}T12:00:00Z`)
  at.setUTCDate(at.getUTCDate() + days)
  return at.toISOString().slice(0, 10)
}

/** The instant of a date and time by the clock of the house; a time that a clock change leaves out is an hour later. */
export function instantAt(date: string, time_: string, zone: string): number {
  const asUtc = Date.parse(`${date}T${time_}:00Z`)
  const shift = (at: number): number => {
    const wall_ = Date.parse(`${localDate(at, zone)}T${hhmm(minuteOfDay(at, zone))}:00Z`)
    return wall_ - Math.floor(at / 60_000) * 60_000
  }
  const first = asUtc - shift(asUtc)
  return asUtc - shift(first)
}

/** The next instant at which the clock of the house says this. */
export function nextAt(clock: string, now: number, zone: string): number {
  const today = localDate(now, zone)
  const at = instantAt(today, clock, zone)
  return at > now ? at : instantAt(dayAfter(today), clock, zone)
}

/** 1 = Monday. */
export function weekday(at: number, zone: string): number {
  const short = new Intl.DateTimeFormat('en-GB', { weekday: 'short', timeZone: zone }).format(new Date(at))
  return ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(short) + 1
}

export const hhmm = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

export function names(all: string[]): string {
  return all.length > 1 ? t('and', { a: all.slice(0, -1).join(', '), b: all.at(-1) ?? '' }) : (all[0] ?? '')
}

/** A setpoint as typed, in halves; null for what no room can have: 210 is a slip, and not 30. */
export function typedDegrees(text: string): number | null {
  const value = /^\d{1,2}([.,]\d*)?$/.test(text) ? Number(text.replace(',', '.')) : NaN
  return value >= 5 && value <= 30 ? Math.round(value * 2) / 2 : null
}
