/* The words of Gas. */
import type { Strings } from './deck'

export const GAS: Strings = {
  day: ['Day', 'Dag'],
  month: ['Month', 'Maand'],
  year: ['Year', 'Jaar'],
  less: ['{p} % less per degree day than in {m}', '{p} % minder per graaddag dan in {m}'],
  more_than: ['{p} % more per degree day than in {m}', '{p} % meer per graaddag dan in {m}'],
  as_much: ['As much per degree day as in {m}', 'Evenveel per graaddag als in {m}'],
  gas_none: ['No gas is known of this time.', 'Van deze tijd is geen gas bekend.'],
  rooms: ['Rooms', 'Kamers'],
  hot_water_row: ['Hot water', 'Warm water'],
  other: ['Cooking and other', 'Koken en overig'],
  pipes: ['Pipes', 'Leidingen'],
  work: ['Burner starts: {s} · valve moves: {m}', 'Branderstarts: {s} · kraanslagen: {m}'],
  powers: ['What radiators proved to be', 'Wat radiatoren bleken te zijn'],
  powers_note: [
    'As a part of their power in house.yaml (the line), by the gas of {n} burns. Gas is shared out by it.',
    'Als deel van hun vermogen in house.yaml (de streep), volgens het gas van {n} branderbeurten. Het gas wordt zo verdeeld.',
  ],
  pipes_part: ['of the heating gas', 'van het stookgas'],
  starts_today: ['burner starts today', 'branderstarts vandaag'],
  estimate: [
    'Shares are estimates; they add up to the meter to the millilitre.',
    'De verdeling is geschat; samen zijn ze op de milliliter gelijk aan de meter.',
  ],
  today_open: ['today so far', 'vandaag tot nu'],
  prev: ['Earlier', 'Eerder'],
  next: ['Later', 'Later'],
}
