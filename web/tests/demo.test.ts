import { describe, expect, it } from 'vitest'
import { playing, type Recording } from '../src/demo'

const status = (temperature: number): string => JSON.stringify({ temperature, setpoint: 20, action: 'heating' })
const recording: Recording = {
  begin: '2026-01-13T04:00:00Z',
  said: [
    [0, 'house', '{"name": "Recorded"}'],
    [0, 'room/living/status', status(17)],
    [0, 'day', '{"day": "2026-01-13", "gas": 1}'],
    [86_400, 'room/living/status', status(20)],
    [86_400, 'day', '{"day": "2026-01-14", "gas": 2}'],
  ],
}

function listen(): { heard: [string, string][]; broker: ReturnType<typeof playing>; isUp: () => boolean } {
  const heard: [string, string][] = []
  let up = false
  const broker = playing(recording, 'mine', {
    message: (topic, payload) => heard.push([topic, payload]),
    up: () => (up = true),
    down: () => undefined,
  })
  return { heard, broker, isUp: () => up }
}

describe('a recorded house', () => {
  it('tells at once what was retained, and nothing of later', () => {
    const { heard, broker, isUp } = listen()
    broker.close()
    expect(heard.map(([topic]) => topic)).toEqual(['house', 'room/living/status', 'day'])
    expect(heard[1]?.[1]).toBe(status(17))
    expect(isUp()).toBe(true)
  })
  it('refuses every wish aloud', async () => {
    const { heard, broker } = listen()
    await broker.publish('room/living/setpoint/set', '{"value": 21}')
    broker.close()
    const [topic, payload] = heard.at(-1)!
    expect(topic).toBe('rejected')
    expect(JSON.parse(payload)).toMatchObject({ topic: 'home/room/living/setpoint/set' })
  })
  it('knows the past of a room, as far as it was recorded', async () => {
    const { heard, broker } = listen()
    await broker.publish('history/get', '{"id": "q1", "what": "room", "room": "living"}')
    broker.close()
    const [topic, payload] = heard.at(-1)!
    expect(topic).toBe('history/reply/mine')
    expect(JSON.parse(payload)).toMatchObject({ id: 'q1', step_s: 300, temperature: [17], valve: [100] })
  })
  it('knows the days until now, of which the last is not over', async () => {
    const { heard, broker } = listen()
    await broker.publish('history/get', '{"id": "q2", "what": "days"}')
    broker.close()
    expect(JSON.parse(heard.at(-1)![1])).toEqual({
      id: 'q2',
      days: [{ day: '2026-01-13', gas: 1 }],
      unfinished: '2026-01-13',
    })
  })
})
