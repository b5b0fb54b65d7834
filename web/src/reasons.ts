/* What the regulator says, clause by clause (split at '; '), and its Dutch. English is shown as it was said.

Each pattern is a whole clause; its groups are what changes from one saying to the next. The first that fits counts. */
const D = String.raw`((?:at|[\d.]+ K (?:below|above)) [\d.]+)`,
  TM = String.raw`((?:\w{3} |\d+ \w{3} )?\d\d:\d\d)`,
  N = String.raw`([\d.]+)`
// In a blind room that is very cold the boiler runs all the same.
const ITSELF = 'nobody knows how warm it is: the valve regulates itself(, the boiler runs for emergency heat)?'
const emergency = (said?: string): string => (said ? ', de ketel brandt voor noodwarmte' : '')
const who = (said: string): string =>
  said
    .replace(/^the window contact/, 'het raamcontact')
    .replace(/^contact/, 'contact')
    .replace(/^(?:the )?(thermometer|boiler)/, (_, one: string) => (one === 'boiler' ? 'de ketel' : 'thermometer'))
    .replace(/^valve/, 'kraan')
const dist = (s: string): string =>
  s.replace(/^at /, 'op ').replace(' K below ', ' K onder ').replace(' K above ', ' K boven ')
const RULE: Record<string, string> = {
  schedule: 'volgens het weekschema',
  override: 'met de hand',
  away: 'door Afwezig',
  boost: 'door boost',
  off: 'want uit',
  'preset comfort': 'door Comfort',
  'preset eco': 'door Zuinig',
  'preset away': 'door stand Afwezig',
  'preset frost': 'door Vorstvrij',
  'mode heat': 'door Vasthouden',
  'no clock': 'zonder klok',
}
type Dutch = (...parts: string[]) => string
const PATTERNS: [string, Dutch][] = [
  [
    `${N} °C by (schedule|override|away|boost|off|no clock|preset \\w+|mode \\w+)(?: until ${TM})?(?:, beyond ${TM})?(?:, since frost protection lifts ${N})?(, which only mode auto or heat changes)?`,
    (s, r, t, u, l, off) =>
      `${s} °C ${RULE[r] || r}${t ? ` tot ${t}` : ''}${u ? `, voorbij ${u}` : ''}${l ? `, want vorstbeveiliging tilt ${l} op` : ''}${off ? ', wat alleen stand auto of heat verandert' : ''}`,
  ],
  [
    `${N} °C: the time is not known, and the schedule waits for it`,
    (s) => `${s} °C: de tijd is niet bekend, en het weekschema wacht daarop`,
  ],
  [`heats because ${D}`, (d) => `verwarmt want ${dist(d)}`],
  [`warm enough: ${D}`, (d) => `warm genoeg: ${dist(d)}`],
  [`waits: (?:the )?boiler rests until ${TM}`, (t) => `wacht: de ketel rust tot ${t}`],
  [
    'waits: an open window is suspected where heat is needed',
    () => 'wacht: waar warmte nodig is staat vermoedelijk een raam open',
  ],
  ['waits: no radiator has confirmed that it is open', () => 'wacht: geen radiator heeft bevestigd dat hij open is'],
  [
    `waits: (\\d+) starts in the last hour, the next may be at ${TM}`,
    (n, t) => `wacht: ${n} starts in het laatste uur, de volgende mag om ${t}`,
  ],
  ['no room needs heat', () => 'geen kamer vraagt warmte'],
  [`warms up for ${N} at ${TM}`, (s, t) => `warmt op voor ${s} om ${t}`],
  [`open window suspected: fell ${N} K in ${N} min`, (k, m) => `raam vermoedelijk open: ${k} K gedaald in ${m} min`],
  [`heats again when it recovers, at ${TM} at the latest`, (t) => `verwarmt weer als het bijtrekt, uiterlijk om ${t}`],
  [
    `closed: the window was closed at ${TM}, the air settles`,
    (t) => `dicht: het raam ging om ${t} dicht, de lucht komt tot rust`,
  ],
  [`closed: a window is open since ${TM}`, (t) => `dicht: er staat een raam open sinds ${t}`],
  [`heats whatever was said: below ${N} °C`, (s) => `verwarmt hoe dan ook: onder ${s} °C`],
  [
    'valve (.+) does not confirm: look after its battery and its distance',
    (a) => `kraan ${a} bevestigt niet: kijk zijn batterij en zijn afstand na`,
  ],
  ['spares its valve, which has moved (\\d+) times today', (n) => `spaart de kraan, die vandaag al ${n} keer bewoog`],
  ['stays open: the burn has just begun', () => 'blijft open: de brander is net aan'],
  [
    "stays open until another room’s valve has opened|stays open until another room's valve has opened",
    () => 'blijft open tot de kraan van een andere kamer open is',
  ],
  ['stays open: the pump may still run', () => 'blijft open: de pomp kan nalopen'],
  ['moves its valve, which stood still for a week', () => 'beweegt de kraan, die een week stilstond'],
  [`warm enough: heats again at ${N}`, (x) => `warm genoeg: verwarmt weer bij ${x}`],
  [`heats (\\d+) % of ${N} min, until ${TM}`, (p, m, t) => `verwarmt ${p} % van ${m} min, tot ${t}`],
  [`waits: heated (\\d+) % of ${N} min`, (p, m) => `wacht: verwarmde ${p} % van ${m} min`],
  ['minimum burn', () => 'kortste brandtijd'],
  ['not regulated', () => 'niet geregeld'],
  [
    `the battery of thermometer (\\w+) in (.+) is at (\\d+) %(?: and lasts some (\\d+) weeks more)?`,
    (a, r, p, w) =>
      `de batterij van thermometer ${a} in ${r} staat op ${p} %${w ? ` en gaat nog zo’n ${w} weken mee` : ''}`,
  ],
  ['put in a new cell \\(most take a CR2032\\)', () => 'doe er een nieuwe knoopcel in (meestal CR2032)'],
  ['the battery of valve (\\w+) in (.+) is nearly empty', (a, r) => `de batterij van kraan ${a} in ${r} is bijna leeg`],
  ['put in new cells', () => 'doe er nieuwe batterijen in'],
  ['then let the valve adapt itself', () => 'laat de kraan zich daarna inmeten'],
  [
    'the radiator of valve (\\w+) in (.+) does not warm the room',
    (a, r) => `de radiator van kraan ${a} in ${r} verwarmt de kamer niet`,
  ],
  [
    '(.+) gets warmer whenever the boiler burns, though its valves are shut',
    (r) => `${r} wordt warmer zodra de ketel brandt, terwijl de kranen dicht zijn`,
  ],
  [
    'feel its radiators: the motor may be stuck open, or the valve may not sit firmly on its pin',
    () => 'voel aan de radiatoren: de motor zit misschien open vast, of de kraan zit niet stevig op de pen',
  ],
  [
    'feel it while it is open: a stuck pin, air or a closed lock shield',
    () => 'voel eraan als hij open is: een vaste pen, lucht of een dicht voetventiel',
  ],
  ['the boiler tells a fault: (.+)', (f) => `de ketel meldt een storing: ${f}`],
  ['look it up in its manual', () => 'zoek hem op in de handleiding'],
  ['call the fitter if it stays', () => 'bel de installateur als hij blijft'],
  [
    'on (\\S+) nobody is known to have taken ([\\d.]+) of ([\\d.]+) m³ of gas',
    (d, x, y) => `op ${d} is van ${x} van de ${y} m³ gas niet bekend wie het nam`,
  ],
  [
    "see whether the boiler's bridge and the valves' reported then(?: \\(haard gas)?",
    () => 'kijk of de bruggen van ketel en kranen toen iets meldden (haard gas',
  ],
  ["then the valve’s cells|then the valve's cells", () => 'daarna de batterijen van de kraan'],
  [
    `needs (\\d+) radiator-minutes to stay above ${N} until ${TM}`,
    (m, s, t) => `vraagt ${m} radiatorminuten om tot ${t} boven ${s} te blijven`,
  ],
  [
    `needs a minute of its radiators to stay above ${N} until ${TM}`,
    (s, t) => `vraagt een minuut van zijn radiatoren om tot ${t} boven ${s} te blijven`,
  ],
  [
    `needs a minute of its radiators to reach ${N} and keep it until ${TM}`,
    (s, t) => `vraagt een minuut van zijn radiatoren om ${s} te halen en tot ${t} te houden`,
  ],
  [
    `valve (\\S+) was told to (open|shut) and says that it is ${N} % open: its (own sensor may be too warm, or its motor stuck|motor may be stuck open)`,
    (a, to, p) =>
      `kraan ${a} moest ${to === 'open' ? 'open' : 'dicht'} en zegt dat hij ${p} % open is: ${to === 'open' ? 'misschien is zijn eigen voeler te warm of zit zijn motor vast' : 'zijn motor zit misschien open vast'}`,
  ],
  [
    `needs (\\d+) radiator-minutes to reach ${N} and keep it until ${TM}`,
    (m, s, t) => `vraagt ${m} radiatorminuten om ${s} te halen en tot ${t} te houden`,
  ],
  [`needs no more heat until ${TM}`, (t) => `vraagt tot ${t} geen warmte meer`],
  [`gets above ${N} without more heat`, (s) => `komt zonder meer warmte boven ${s}`],
  [`warm enough to stay above ${N} until ${TM}`, (s, t) => `warm genoeg om tot ${t} boven ${s} te blijven`],
  ['is heated', () => 'wordt verwarmd'],
  ['a radiator without a valve takes heat of every burn', () => 'een radiator zonder kraan wordt altijd mee verwarmd'],
  ['no radiator: this room is only measured', () => 'geen radiator: hier wordt alleen gemeten'],
  ['takes surplus heat of this burn', () => 'lift mee met de brander'],
  ['not opened for so little', () => 'voor zo weinig gaat de kraan niet open'],
  ['shut', () => 'dicht'],
  ['valve left open', () => 'kraan blijft open'],
  [`the boiler rests until ${TM}`, (t) => `de ketel rust tot ${t}`],
  [
    `the boiler starts when the house needs ${N} MJ \\(now ${N}\\), or sooner for a room that gets cold`,
    (e, n) => `de ketel start als het huis ${e} MJ vraagt (nu ${n}), of eerder als een kamer koud wordt`,
  ],
  ['waits: the boiler is called and does not burn', () => 'wacht: de ketel wordt gevraagd en brandt niet'],
  ['called for (.+), and does not burn', (a) => `gevraagd voor ${a}, en brandt niet`],
  [
    'gets warmer when the boiler burns for others: the motor of valve (.+) may be stuck open',
    (a) => `wordt warmer als de ketel voor andere kamers brandt: de motor van kraan ${a} zit misschien open vast`,
  ],
  ['waits: the boiler makes hot water', () => 'wacht: de ketel maakt warm water'],
  [`heats until it is at ${N} °C`, (s) => `verwarmt tot het ${s} °C is`],
  ['hands off: nobody regulates here', () => 'met rust: hier regelt niemand'],
  [
    'it has no valve|(?:valve \\S+ (?:was left [^,]+|has reported nothing)(?:, |$))+',
    () => 'de kranen blijven zoals ze zijn',
  ],
  [
    `a window is open since ${TM}: kept from frost at ${N} °C, ${ITSELF}`,
    (t, s, e) => `er staat een raam open sinds ${t}: de kraan houdt zelf de vorst weg, op ${s} °C${emergency(e)}`,
  ],
  [
    `the window was closed at ${TM}, the air settles: kept from frost at ${N} °C, ${ITSELF}`,
    (t, s, e) =>
      `het raam ging om ${t} dicht, de lucht komt tot rust: de kraan houdt zelf de vorst weg, op ${s} °C${emergency(e)}`,
  ],
  [`no thermometer, ${ITSELF}`, (e) => `geen thermometer: de kraan regelt zelf${emergency(e)}`],
  [
    `no believable reading (?:since ${TM}|at all yet), ${ITSELF}`,
    (t, e) => `${t ? `sinds ${t} geen` : 'nog geen'} geloofwaardige meting: de kraan regelt zelf${emergency(e)}`,
  ],
  [
    `no believable reading (?:since ${TM}|at all yet): look after the thermometer, its battery and its distance`,
    (t) =>
      `${t ? `sinds ${t} geen` : 'nog geen'} geloofwaardige meting: kijk de thermometer na, zijn batterij en zijn afstand`,
  ],
  [
    `${N} °C to the last digit since ${TM}, ${ITSELF}`,
    (s, t, e) => `${s} °C tot op het laatste cijfer sinds ${t}: de kraan regelt zelf${emergency(e)}`,
  ],
  [
    `${N} °C to the last digit since ${TM}: look whether the thermometer is frozen`,
    (s, t) => `${s} °C tot op het laatste cijfer sinds ${t}: kijk of de thermometer is vastgelopen`,
  ],
  [
    'nobody knows how warm it is, and no valve has opened by itself',
    () => 'niemand weet hoe warm het is, en geen kraan ging vanzelf open',
  ],
  [
    'heats (.+) in an emergency: nobody knows how warm it is',
    (a) => `noodwarmte voor ${a}: niemand weet hoe warm het daar is`,
  ],
  [
    'makes hot water, then heats (.+) in an emergency: nobody knows how warm it is',
    (a) => `maakt warm water, daarna noodwarmte voor ${a}: niemand weet hoe warm het is`,
  ],
  ['makes hot water, then heats ([^:]+)', (a) => `maakt warm water, verwarmt daarna ${a}`],
  ['heats ([^:]+)', (a) => `verwarmt ${a}`],
  [
    'somebody else commands valve (.+) too: it was changed (\\d+) times in an hour',
    (a, n) => `iemand anders bedient kraan ${a} ook: hij werd ${n} keer in een uur veranderd`,
  ],
  [
    `the clock of (.+) is (\\d+) (min|h|days) (ahead|behind)(, so that what it says cannot be used)?: set it`,
    (a, n, u, way, bad) =>
      `de klok van ${who(a)} loopt ${n} ${u === 'h' ? 'uur' : u === 'days' ? 'dagen' : 'min'} ${way === 'ahead' ? 'voor' : 'achter'}${bad ? ', wat hij zegt is onbruikbaar' : ''}: zet hem gelijk`,
  ],
  [
    '(the window contact|contact \\S+) has been silent for a day and last said (open|closed)(, which counts no longer)?: look after its battery',
    (a, v, no) =>
      `${who(a)} zwijgt een dag en zei het laatst ${v === 'open' ? 'open' : 'dicht'}${no ? ', wat niet meer telt' : ''}: kijk zijn batterij na`,
  ],
  [
    `(the thermometer|thermometer \\S+) says (-?[\\d.]+) °C, which no room has: it is left out, look after it`,
    (a, s) => `${who(a)} zegt ${s} °C, wat geen kamer heeft: hij telt niet mee, kijk hem na`,
  ],
  [
    '(the thermometer|thermometer \\S+) speaks every (\\d+) min only: that is too seldom to heat by',
    (a, m) => `${who(a)} meldt zich maar eens per ${m} min: te zelden om op te verwarmen`,
  ],
  [
    '(the thermometer|thermometer \\S+) is silent and left out: look after its battery and its distance',
    (a) => `${who(a)} zwijgt en telt niet mee: kijk zijn batterij en zijn afstand na`,
  ],
  [
    `(the thermometer|thermometer \\S+) says (-?[\\d.]+) °C to the last digit for hours: it is left out`,
    (a, s) => `${who(a)} zegt al uren ${s} °C tot op het laatste cijfer: hij telt niet mee`,
  ],
  [
    'on (\\S+) the burner burnt (\\d+) min, and the meter says 0',
    (d, m) => `op ${d} brandde de brander ${m} min, en de meter zegt 0`,
  ],
  [
    "see whether the meter's bridge speaks and whether its dial turns",
    () => 'kijk of de brug van de meter iets meldt en of zijn teller draait',
  ],
  [
    'on (\\S+) ([\\d.]+) of ([\\d.]+) m³ of gas passed while the burner was off',
    (d, x, y) => `op ${d} ging ${x} van de ${y} m³ gas voorbij terwijl de brander uit was`,
  ],
  [
    'a cooker, or readings of the meter that arrive late and tell no time of their own \\((docs/gas\\.md)\\)',
    (a) => `een kooktoestel, of standen van de meter die laat komen en hun tijd niet zeggen (${a})`,
  ],
  [
    'see why the broker lost its file: `persistence true` and its data folder \\((docs/recorder\\.md)\\)',
    (a) => `kijk waarom de broker zijn bestand kwijtraakte: \`persistence true\` en zijn map (${a})`,
  ],
  ['docs/gas\\.md\\)', () => 'docs/gas.md)'],
]
export const REASONS: [RegExp, Dutch][] = PATTERNS.map(([re, to]) => [new RegExp(`^(?:${re})$`), to])
