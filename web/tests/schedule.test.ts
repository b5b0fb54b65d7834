import { describe, expect, it } from 'vitest'
import * as week from '../src/schedule'
import type { SwitchPoint } from '../src/topics'

const points: SwitchPoint[] = [
  { day: 1, time: '06:30', setpoint: 20 },
  { day: 1, time: '22:30', setpoint: 17 },
  { day: 3, time: '00:00', setpoint: 18 },
]

describe('a day in blocks', () => {
  it('begins with what held the day before', () => {
    expect(week.blocks(points, 2)).toEqual([{ from: 0, to: 1440, setpoint: 17 }])
  })
  it('begins on Monday with the last of the week', () => {
    expect(week.blocks(points, 1)[0]).toEqual({ from: 0, to: 390, setpoint: 18 })
  })
  it('has no block before a point at midnight', () => {
    expect(week.blocks(points, 3)).toEqual([{ from: 0, to: 1440, setpoint: 18 }])
  })
  it('is empty for a week without points', () => {
    expect(week.blocks([], 1)).toEqual([])
  })
  it('always covers the whole day', () => {
    for (let day = 1; day <= 7; day++) {
      const all = week.blocks(points, day)
      expect(all[0]?.from).toBe(0)
      expect(all.at(-1)?.to).toBe(1440)
      all.slice(1).forEach((one, index) => expect(one.from).toBe(all[index]?.to))
    }
  })
})

describe('an editor', () => {
  it('moves a point no further than five minutes from its neighbours', () => {
    expect(week.moved(points, 1, 0, 2000)[0]?.time).toBe('22:25')
    expect(week.moved(points, 1, 1, 0)[1]?.time).toBe('06:35')
    expect(week.moved(points, 1, 0, -60)[0]?.time).toBe('00:00')
    expect(week.moved(points, 1, 1, 5000)[1]?.time).toBe('23:55')
  })
  it('keeps a setpoint within what a room may have', () => {
    expect(week.warmed(points, 1, 0, 40)[0]?.setpoint).toBe(30)
    expect(week.warmed(points, 1, 0, -40)[0]?.setpoint).toBe(5)
  })
  it('adds in the middle of the longest stretch and stays in order', () => {
    const more = week.withOneMore(points, 1, 20)
    expect(more.map((point) => point.time)).toEqual(['06:30', '14:30', '22:30', '00:00'])
  })
  it('copies a day to others, and takes away what they had', () => {
    const all = week.copied(points, 1, [3, 7])
    expect(all.filter((point) => point.day === 3).map((point) => point.time)).toEqual(['06:30', '22:30'])
    expect(all.filter((point) => point.day === 7)).toHaveLength(2)
  })
  it('reads a time as people type it', () => {
    expect(['0730', '7:30', '7', '23:59', '24:00', '7:60', 'noon', ''].map(week.typedTime)).toEqual([
      450,
      450,
      420,
      1439,
      null,
      null,
      null,
      null,
    ])
  })
})
