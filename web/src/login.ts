/* Name and password: in this tab only, unless a person wants to stay logged in on this device. */
import type { Login } from './broker'

const KEY = 'haard.login'

export function kept(): Login {
  const text = sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY)
  return text ? (JSON.parse(text) as Login) : { user: 'web', password: '' }
}

export function keep(login: Login, stay: boolean): void {
  sessionStorage.setItem(KEY, JSON.stringify(login))
  if (stay) localStorage.setItem(KEY, JSON.stringify(login))
}

export function forget(): void {
  sessionStorage.removeItem(KEY)
  localStorage.removeItem(KEY)
}
