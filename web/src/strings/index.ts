/* The copy deck: every string of the page, a file for each screen. */
import { DEVICES } from './devices'
import { FRAME } from './frame'
import { GAS } from './gas'
import { HOUSE } from './house'
import { LOGIN } from './login'
import { ROOM } from './room'
import { STATES } from './states'
import { SYSTEM } from './system'
import { WEEK } from './week'
import { WISHES } from './wishes'
import type { Strings } from './deck'

export const SCREENS: Strings[] = [FRAME, HOUSE, WISHES, ROOM, WEEK, GAS, DEVICES, SYSTEM, LOGIN, STATES]
export const STRINGS: Strings = Object.assign({}, ...SCREENS) as Strings
