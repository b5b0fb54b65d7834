/* What is said of the house and of the way to it when not all is well. */
import type { Strings } from './deck'

export const STATES: Strings = {
  lost: ['No connection to the broker.', 'Geen verbinding met de broker.'],
  lost_note: ['What you see is from {t}. Trying again in {n} s.', 'Wat u ziet is van {t}. Nieuwe poging over {n} s.'],
  lost_first: ['Nothing has been heard yet. Trying again in {n} s.', 'Nog niets gehoord. Nieuwe poging over {n} s.'],
  unreached_title: ['The house does not answer', 'Het huis antwoordt niet'],
  unreached_text: [
    'Is the computer switched on that haard runs on, and is this device in the same network?',
    'Staat de computer aan waarop haard draait, en zit dit apparaat in hetzelfde netwerk?',
  ],
  try_now: ['Try now', 'Probeer nu'],
  reg_off: ['The regulator has been offline since {t}.', 'De regelaar is weg sinds {t}.'],
  reg_none: ['The regulator has not been heard.', 'De regelaar laat niets horen.'],
  reg_off_note: [
    'Nothing can be changed now. Valves regulate themselves; the boiler is no longer called.',
    'Er valt nu niets te wijzigen. De kranen regelen zelf; de ketel wordt niet meer gevraagd.',
  ],
  slow_tick: ['No decision since {t}: is the clock running?', 'Geen beslissing sinds {t}: loopt de klok?'],
  no_history: ['No history: the analyst does not answer.', 'Geen verloop: de analist antwoordt niet.'],
  no_history_lost: ['No history: there is no connection.', 'Geen verloop: er is geen verbinding.'],
  empty_title: ['No room yet', 'Nog geen kamer'],
  empty_text: [
    'The regulator has told of no room. Describe your house in house.yaml, check it with “haard check”, and start the regulator.',
    'De regelaar meldt geen kamers. Beschrijf uw huis in house.yaml, controleer het met “haard check” en start de regelaar.',
  ],
  loading: ['Loading', 'Laden'],
  not_allowed: ['This user may look, but not change anything.', 'Deze gebruiker mag kijken, maar niets wijzigen.'],
}
