// What a page can do where scripts run; everything is there without them too.
//   [data-live]    a part that is asked for anew when the server says that something is new (/events), by its id
//   .item          posts and issues: keys go from one to the next, and do what [data-key] in the chosen one says
//   #by-script     where the switches of both go: nobody has to bear what moves or listens by itself (WCAG 2.2, 2.2.2 and 2.1.4)
'use strict'

const say = (text) => { document.getElementById('news').textContent = text }
const count = (number, one, many) => number === 1 ? `1 ${one}` : `${number} ${many}`
const titleOf = (item) => item.querySelector('.item__title a')

function kept (name) { try { return localStorage.getItem(name) } catch { return null } }
function keep (name, value) { try { localStorage.setItem(name, value) } catch { /* a browser that keeps nothing: on again next time */ } }

// A button that turns something on and off, and remembers it.
function toggle (name, label, change) {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'nhsuk-button nhsuk-button--secondary nhsuk-button--small'
  const state = document.createElement('span') // for the eye: the button says so otherwise
  state.setAttribute('aria-hidden', 'true')
  button.append(label, state)
  const show = (on) => {
    state.textContent = on ? ': on' : ': off'
    button.setAttribute('aria-pressed', String(on))
    change(on)
  }
  button.addEventListener('click', () => {
    const on = button.getAttribute('aria-pressed') !== 'true'
    keep(name, on ? 'on' : 'off')
    show(on)
  })
  document.getElementById('by-script').append(button)
  show(kept(name) !== 'off')
}

// --- live

// Takes over what is new in one part; how many items were not there before. What somebody is at stays as it is.
function renew (old, fresh) {
  const known = new Set([...old.querySelectorAll('.item')].map((item) => titleOf(item).href))
  const news = [...fresh.querySelectorAll('.item')].filter((item) => !known.has(titleOf(item).href))
  const busy = old.contains(document.activeElement) || old.querySelector('details[open], .item--chosen') !== null
  const list = old.querySelector('.items')
  if (!busy) {
    old.replaceChildren(...fresh.childNodes)
  } else if (list !== null) {
    list.prepend(...news)
  }
  for (const item of news) item.classList.add('item--new')
  return news.length
}

async function fetched () {
  const request = new XMLHttpRequest()
  request.open('GET', location.href)
  request.responseType = 'document' // nothing of it runs
  request.setRequestHeader('X-Barometer-Live', 'yes')
  await new Promise((resolve) => { request.onloadend = resolve; request.send() })
  const same = request.status === 200 && new URL(request.responseURL).pathname === location.pathname
  return same ? request.response : null
}

async function refresh () {
  const page = await fetched()
  if (page === null) return
  const found = { posts: new Set(), issues: new Set() }
  for (const part of document.querySelectorAll('[data-live]')) {
    const fresh = page.getElementById(part.id)
    if (fresh === null) continue
    const before = new Set([...part.querySelectorAll('.item')].map((item) => titleOf(item).href))
    renew(part, fresh)
    for (const item of part.querySelectorAll('.item')) {
      const { href, pathname } = titleOf(item)
      if (!before.has(href)) found[pathname.startsWith('/issues/') ? 'issues' : 'posts'].add(href)
    }
  }
  const told = []
  if (found.issues.size > 0) told.push(count(found.issues.size, 'new issue', 'new issues'))
  if (found.posts.size > 0) told.push(count(found.posts.size, 'new post', 'new posts'))
  if (told.length > 0) say(told.join(', '))
}

let stream = null
let wanted = false
let asking = false
let again = false

async function renewAll () {
  again = true
  if (asking) return
  asking = true
  while (again && wanted) {
    again = false
    await refresh()
  }
  asking = false
}

// One connection while the page is looked at: a browser has few, and a page behind others needs none.
function follow () {
  const now = wanted && document.visibilityState === 'visible'
  if (now && stream === null) {
    let opened = false
    stream = new EventSource('/events')
    stream.addEventListener('open', () => { if (opened || again) renewAll(); opened = true })
    stream.addEventListener('news', renewAll)
  } else if (!now && stream !== null) {
    stream.close()
    stream = null
    again = true // something may come meanwhile
  }
}

// --- keys

const items = () => [...document.querySelectorAll('.item')].filter((item) => titleOf(item) !== null)
let keysOn = false

function choose (item) {
  for (const one of document.querySelectorAll('.item--chosen')) one.classList.remove('item--chosen')
  item.classList.add('item--chosen')
  titleOf(item).focus({ preventScroll: true })
  item.scrollIntoView({ block: 'nearest' })
}

function step (by) {
  const all = items()
  const at = all.findIndex((item) => item.classList.contains('item--chosen'))
  const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by
  if (all[next] !== undefined) choose(all[next])
}

function act (key) {
  const chosen = document.querySelector('.item--chosen')
  if (chosen === null) return
  if (key === 'e') {
    location.assign(titleOf(chosen).href.split('#')[0] + '#review')
    return
  }
  const button = chosen.querySelector('[data-key="a"]')
  if (button === null) return
  try { sessionStorage.setItem('chosen', titleOf(chosen).pathname) } catch { /* then the next page begins at its top */ }
  button.click()
}

const does = { j: () => step(1), k: () => step(-1), a: () => act('a'), e: () => act('e') }

function onKey (event) {
  const typing = event.target instanceof Element && event.target.closest('input, textarea, select, [contenteditable]') !== null
  if (!keysOn || typing || event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return
  const act = does[event.key]
  if (act === undefined || items().length === 0) return
  event.preventDefault()
  act()
}

// Back to where somebody was when they judged an item of the same list.
function resume () {
  let path = null
  try { path = sessionStorage.getItem('chosen'); sessionStorage.removeItem('chosen') } catch { return }
  const item = items().find((one) => titleOf(one).pathname === path)
  if (item !== undefined) choose(item)
}

if (document.querySelector('[data-live]') !== null) {
  toggle('live', 'Updates by itself', (on) => { wanted = on; follow() })
  document.addEventListener('visibilitychange', follow)
  window.addEventListener('pagehide', () => { if (stream !== null) stream.close(); stream = null })
  window.addEventListener('pageshow', follow)
}
if (items().length > 0 || document.querySelector('[data-live]') !== null) {
  toggle('keys', 'Keys', (on) => { keysOn = on; document.getElementById('keys-hint').hidden = !on })
  document.addEventListener('keydown', onKey)
  resume()
}
