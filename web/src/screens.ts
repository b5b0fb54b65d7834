/* The screens that are not the first one: each a file of its own, fetched once the first is live and the browser has
nothing better to do, so that it is there before somebody goes to it, and stays there when the server goes. */
import { defineAsyncComponent, type Component } from 'vue'

type Screen = () => Promise<{ default: Component }>

const SCREENS = {
  Devices: () => import('./views/Devices.vue'),
  Gas: () => import('./views/Gas.vue'),
  Login: () => import('./views/Login.vue'),
  Room: () => import('./views/Room.vue'),
  System: () => import('./views/System.vue'),
  Week: () => import('./views/Week.vue'),
} satisfies Record<string, Screen>

const later = (screen: Screen): Component => defineAsyncComponent({ loader: screen, delay: 0 })

export const Devices = later(SCREENS.Devices)
export const Gas = later(SCREENS.Gas)
export const Login = later(SCREENS.Login)
export const Room = later(SCREENS.Room)
export const System = later(SCREENS.System)
export const Week = later(SCREENS.Week)

/** Fetch them all; one that fails is asked for again when somebody goes there. */
export function fetchAll(): void {
  const idle = 'requestIdleCallback' in window ? requestIdleCallback : (task: () => void) => setTimeout(task, 200)
  for (const screen of Object.values(SCREENS)) idle(() => void screen().catch(() => undefined))
}
