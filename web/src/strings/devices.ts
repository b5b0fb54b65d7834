/* The words of Devices. */
import type { Strings } from './deck'

export const DEVICES: Strings = {
  all_well: ['All devices are well.', 'Alle apparaten zijn in orde.'],
  thermometer: ['Thermometer', 'Thermometer'],
  k_valve: ['Valve', 'Kraan'],
  window: ['Window', 'Raam'],
  battery: ['battery', 'batterij'],
  signal: ['signal', 'signaal'],
  moves_1: ['1 move today', '1 slag vandaag'],
  moves_n: ['{n} moves today', '{n} slagen vandaag'],
  ago: ['{n} min ago', '{n} min geleden'],
  ago_h: ['{n} h ago', '{n} u geleden'],
  just: ['just now', 'zojuist'],
  strong: ['strong', 'sterk'],
  fair: ['fair', 'redelijk'],
  weak: ['weak', 'zwak'],
  open: ['open', 'open'],
  closed: ['closed', 'dicht'],
  self: ['by itself', 'zelf'],
  since: ['since {t}', 'sinds {t}'],
  room: ['Room', 'Kamer'],
}
