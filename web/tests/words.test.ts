// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import { SCREENS, STRINGS } from '../src/strings'
import { clause, hhmm, isTranslated, minuteOfDay, money, typedDegrees, weekday } from '../src/words'

describe('words', () => {
  it('exist in both languages, with the same gaps to fill', () => {
    const gaps = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort()
    for (const [key, [english, dutch]] of Object.entries(STRINGS)) {
      if (typeof english === 'string' && typeof dutch === 'string') expect(gaps(dutch), key).toEqual(gaps(english))
      else expect(dutch.length, key).toBe(english.length)
    }
  })
  it('stand on one screen each', () => {
    const keys = SCREENS.flatMap((one) => Object.keys(one))
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([])
  })
  it('read a setpoint as typed, and none that no room can have', () => {
    const typed = ['21', '21.5', '20,5', '20.3', '5', '30', '30.5', '31', '210', '4', '2.1.5', '.', '', '21.']
    expect(typed.map(typedDegrees)).toEqual([21, 21.5, 20.5, 20.5, 5, 30, null, null, null, null, null, null, null, 21])
  })
  it('leave what nobody has translated as it was said', () => {
    expect(clause('something quite new', 'nl')).toBe('something quite new')
    expect(isTranslated('something quite new')).toBe(false)
  })
  it('say a setpoint in Dutch, with a comma', () => {
    expect(clause('20.5 °C by schedule until 22:30', 'nl')).toBe('20,5 °C volgens het weekschema tot 22:30')
  })
})

describe('money', () => {
  it('is that of the house', () => {
    expect(money(6.1, 'EUR')).toMatch(/€\s?6[.,]10/)
    expect(money(6.1, 'GBP')).toMatch(/£\s?6[.,]10/)
    expect(money(6.1, 'CHF')).toMatch(/CHF\s?6[.,]10/)
  })
})

describe('what is rarely said has Dutch words', () => {
  const rare = [
    '7 °C by preset frost',
    '17.5 °C: the time is not known, and the schedule waits for it',
    '20 °C by override until 06:30, beyond 22:30',
    'heats whatever was said: below 5 °C',
    'heats until it is at 6 °C',
    'hands off: nobody regulates here',
    'valve 00:1A:22:00:00:01 was left at 20 °C and 40 % open, valve 00:1A:22:00:00:02 has reported nothing',
    'no thermometer, nobody knows how warm it is: the valve regulates itself',
    'no believable reading since Mon 16:50, nobody knows how warm it is: the valve regulates itself, the boiler runs for emergency heat',
    'no believable reading at all yet: look after the thermometer, its battery and its distance',
    '21.4 °C to the last digit since 02:10, nobody knows how warm it is: the valve regulates itself',
    'heats Kitchen, Study in an emergency: nobody knows how warm it is',
    'somebody else commands valve 00:1A:22:00:00:01 too: it was changed 3 times in an hour',
    'the clock of thermometer a4c138000001 is 61 min ahead: set it',
    'contact a4c138000002 has been silent for a day and last said open, which counts no longer: look after its battery',
    'the thermometer says -40 °C, which no room has: it is left out, look after it',
    'waits: 3 starts in the last hour, the next may be at 14:05',
    'on 2026-01-12 the burner burnt 95 min, and the meter says 0',
    "see whether the boiler's bridge and the valves' reported then (haard gas",
    'docs/gas.md)',
  ]
  for (const said of rare)
    it(said, () => {
      expect(isTranslated(said)).toBe(true)
      expect(clause(said, 'nl')).not.toMatch(/\b(the|heats|until|nobody|valve|says)\b/)
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
