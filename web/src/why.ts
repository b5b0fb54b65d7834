/* What a clause of the regulator is about, so that a drawing beside it says so too. Pure. */

/** The colour and the drawing of a clause, as it was said. */
export function kindOf(said: string): [colour: 'heat' | 'warn' | '', icon: string] {
  if (/^waits|rests|^needs/.test(said)) return ['', 'clock']
  if (/^heats|^is heated|burn|warms up/.test(said)) return ['heat', 'flame']
  if (/window/.test(said)) return ['', 'window']
  if (/no (believable )?reading|digit|confirm|nobody knows/.test(said)) return ['warn', 'stale']
  return ['', /°C by/.test(said) ? 'calendar' : 'check']
}
