/* Days, months and years as dates without a time: where they end, which came before, what they are called. Pure. */
import { reader } from './words'

export type Span = 'day' | 'month' | 'year'

const atNoon = (day: string): Date => new Date(`${day}T12:00:00Z`)
const dateOf = (at: Date): string => at.toISOString().slice(0, 10)

/** The first day of the period before (or, by 1, after) the one that begins here. */
export function before(span: Span, first: string, by = -1): string {
  const at = atNoon(first)
  if (span === 'day') at.setUTCDate(at.getUTCDate() + by)
  else if (span === 'month') at.setUTCMonth(at.getUTCMonth() + by)
  else at.setUTCFullYear(at.getUTCFullYear() + by)
  return dateOf(at)
}

/** Its last day. */
export function lastOf(span: Span, first: string): string {
  const at = atNoon(before(span, first, 1))
  at.setUTCDate(at.getUTCDate() - 1)
  return dateOf(at)
}

export function nameOf(span: Span, first: string, isWhole = true): string {
  const form: Intl.DateTimeFormatOptions =
    span === 'day'
      ? { weekday: 'long', day: 'numeric', month: 'long' }
      : span === 'month'
        ? { month: 'long', ...(isWhole ? { year: 'numeric' } : {}) }
        : { year: 'numeric' }
  const locale = reader.language === 'nl' ? 'nl-NL' : 'en-GB'
  return new Intl.DateTimeFormat(locale, { ...form, timeZone: 'UTC' }).format(atNoon(first))
}

/** The short name of a month, as bars of a year have it. */
export const monthLetter = (key: string): string =>
  new Intl.DateTimeFormat(reader.language === 'nl' ? 'nl-NL' : 'en-GB', { month: 'narrow', timeZone: 'UTC' }).format(
    atNoon(`${key}-01`),
  )
