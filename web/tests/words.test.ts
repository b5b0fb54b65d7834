// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import { STRINGS } from '../src/strings'
import { clause, hhmm, isTranslated, minuteOfDay, weekday } from '../src/words'

describe('words', () => {
  it('exist in both languages, with the same gaps to fill', () => {
    const gaps = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort()
    for (const [key, [english, dutch]] of Object.entries(STRINGS)) {
      if (typeof english === 'string' && typeof dutch === 'string') expect(gaps(dutch), key).toEqual(gaps(english))
      else expect(dutch.length, key).toBe(english.length)
    }
  })
  it('leave what nobody has translated as it was said', () => {
    expect(clause('something quite new', 'nl')).toBe('something quite new')
    expect(isTranslated('something quite new')).toBe(false)
  })
  it('say a setpoint in Dutch, with a comma', () => {
    expect(clause('20.5 °C by schedule until 22:30', 'nl')).toBe('20,5 °C volgens het weekschema tot 22:30')
  })
})

describe('times', () => {
  it('are those of the house, in summer and in winter', () => {
    expect(hhmm(minuteOfDay('2026-01-12T06:30:00Z', 'Europe/Amsterdam'))).toBe('07:30')
    expect(hhmm(minuteOfDay('2026-07-12T06:30:00Z', 'Europe/Amsterdam'))).toBe('08:30')
  })
  it('begin the week on Monday, by the clock of the house', () => {
    expect(weekday(Date.parse('2026-01-11T22:59:00Z'), 'Europe/Amsterdam')).toBe(7)
    expect(weekday(Date.parse('2026-01-11T23:01:00Z'), 'Europe/Amsterdam')).toBe(1)
  })
})
