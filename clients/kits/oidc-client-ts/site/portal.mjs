// The page: shows who is signed in, and does what the buttons say.

import { Session } from './session.mjs'

const CLAIMS = ['name', 'phone_number', 'sub', 'acr']
const element = (id) => document.getElementById(id)
let shown = 0

function show(user) {
  shown = user ? shown + 1 : 0
  for (const claim of CLAIMS) element(claim).textContent = user?.profile[claim] ?? ''
  element('refreshed').textContent = shown - 1
  element('signed-in').hidden = !user
  element('welcome').hidden = Boolean(user)
}

async function attempt(action) {
  element('problem').hidden = true
  try {
    await action()
  } catch (error) {
    element('reason').textContent = error.error ?? error.message
    element('problem').hidden = false
  }
}

const settings = await (await fetch('settings.json')).json()
const session = new Session(settings, show)
element('sign-in').onclick = () => attempt(() => session.signIn())
element('refresh').onclick = () => attempt(() => session.refresh())
element('sign-out').onclick = () => attempt(() => session.signOut())
await attempt(() => session.open())
if (!shown) show(null)
