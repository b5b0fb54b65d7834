/* The words of a wish: for how long, what came of it. */
import type { Strings } from './deck'

export const WISHES: Strings = {
  how_long: ['For how long?', 'Hoe lang?'],
  next_short: ['Next change', 'Volgende wissel'],
  next_change: ['Until the next change', 'Tot de volgende wissel'],
  keep_end: ['As long as now', 'Zo lang als nu'],
  two_hours: ['2 hours', '2 uur'],
  for_2: ['For 2 hours', '2 uur lang'],
  for_good: ['For good', 'Blijvend'],
  for_good_note: ['until you choose the schedule again', 'tot u het weekschema weer kiest'],
  pick_time: ['Until a time …', 'Tot een tijdstip …'],
  pick_short: ['Time …', 'Tijd …'],
  set: ['Set', 'Instellen'],
  to_schedule: ['Back to schedule', 'Terug naar schema'],
  undo: ['Undo', 'Ongedaan maken'],
  toast_set: ['{r}: {s} {u}', '{r}: {s} {u}'],
  toast_boost: ['{r}: boost for {n} min', '{r}: {n} min boost'],
  toast_away: ['Away until {t}', 'Afwezig tot {t}'],
  toast_schedule: ['Week of {r} changed', 'Weekschema van {r} gewijzigd'],
  toast_undone: ['Undone', 'Ongedaan gemaakt'],
  refused: ['Not accepted: {why}', 'Niet geaccepteerd: {why}'],
  not_heard: ['The regulator has not answered. It stays at {s}.', 'De regelaar antwoordde niet. Het blijft {s}.'],
  not_heard_plain: ['The regulator has not answered.', 'De regelaar antwoordde niet.'],
  retry: ['Try again', 'Opnieuw'],
}
