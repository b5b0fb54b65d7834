/* The words of a week. */
import type { Strings } from './deck'

export const WEEK: Strings = {
  week_of: ['Week of {r}', 'Weekschema van {r}'],
  days_short: [
    ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'],
    ['ma', 'di', 'wo', 'do', 'vr', 'za', 'zo'],
  ],
  days_long: [
    ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
    ['maandag', 'dinsdag', 'woensdag', 'donderdag', 'vrijdag', 'zaterdag', 'zondag'],
  ],
  add: ['Add a switch point', 'Wisselmoment toevoegen'],
  remove_at: ['Remove {t}', '{t} verwijderen'],
  time_of: ['Time of switch point {n}', 'Tijd van wisselmoment {n}'],
  cooler: ['Cooler from {t}', 'Kouder vanaf {t}'],
  warmer: ['Warmer from {t}', 'Warmer vanaf {t}'],
  copy_day: ['Copy {d} to …', '{d} kopiëren naar …'],
  copy_n: ['Copy to {n} days', 'Naar {n} dagen'],
  save: ['Save', 'Opslaan'],
  discard: ['Discard', 'Verwerpen'],
  drag_hint: [
    'Drag a mark sideways. Arrow keys move it 5 minutes.',
    'Sleep een merkteken opzij. Pijltjes verschuiven het 5 minuten.',
  ],
  handle: ['Switch to {s}', 'Wissel naar {s}'],
  no_points: ['Without switch points Comfort holds: {s}.', 'Zonder wisselmomenten geldt Comfort: {s}.'],
  before_first: [
    'From midnight the setpoint of the evening before holds: {s}.',
    'Vanaf middernacht geldt de stand van de avond ervoor: {s}.',
  ],
  other_page: ['Somebody else changed this week just now.', 'Iemand anders heeft dit weekschema net gewijzigd.'],
  take_theirs: ['Show theirs', 'Toon die'],
  keep_mine: ['Keep mine', 'Houd de mijne'],
}
