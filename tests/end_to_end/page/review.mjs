// Works on the first issue as people do, with Debian's Chromium: read, taken, judged, passed on, concluded, closed; and looks at the
// week's sample. With scripts and without, at a desk's and a phone's width; axe looks at every page on the way.
//   node review.mjs CHROMIUM URL FOLDER-FOR-PICTURES|- PASSWORD on|off desk|phone ISSUE
// Prints one JSON object: the complaints. Runs where node_modules is.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const require = createRequire(join(process.cwd(), 'x'))
const { chromium } = require('playwright-core')
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')

const [executablePath, url, pictures, password, scripting, width, issue] = process.argv.slice(2)
const widths = { desk: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } }
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
const complaints = []
const browser = await chromium.launch({ executablePath, args: flags })

async function signedIn (name) {
  const context = await browser.newContext({ viewport: widths[width], javaScriptEnabled: scripting === 'on' })
  const page = await context.newPage()
  page.on('console', (line) => { if (line.type() === 'error') complaints.push(`console: ${line.text()}`) })
  await page.goto(url + '/sign-in')
  await page.fill('#name', name)
  await page.fill('#password', password)
  await page.click('main button')
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
  return page
}

async function look (page, name) {
  if (scripting !== 'on') return
  await page.evaluate(() => { for (const one of document.querySelectorAll('main details')) one.open = true })
  await page.evaluate(axe)
  const found = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }))
  for (const one of found.violations) complaints.push(`${name}: axe ${one.id}: ${one.nodes.map((node) => node.target.join(' ')).slice(0, 3).join(', ')}`)
  const [inside, whole] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth])
  if (whole > inside) complaints.push(`${name}: ${whole - inside} pixels wider than the window`)
  if (pictures !== '-') await page.screenshot({ path: join(pictures, `${name}-${width}.png`), fullPage: true })
}

async function expect (page, text) {
  if (!(await page.locator('main').innerText()).includes(text)) complaints.push(`not said: ${text}`)
}

// Keyboard only: the button is focused and Enter is pressed.
async function press (page, name) {
  await page.getByRole('button', { name, exact: true }).first().press('Enter')
  await page.waitForLoadState('load')
}

const anna = await signedIn('reviewer-1')
await anna.goto(url + '/issues/' + issue)
await expect(anna, 'Not reviewed')
await press(anna, 'Take this issue')
await expect(anna, 'With reviewer-1')
await look(anna, 'issue-taken')
await anna.selectOption('#status', 'in_review')
await press(anna, 'Set status')
await press(anna, 'Right')
await expect(anna, 'Judged: Right')
await anna.selectOption('#role', 'pals')
await press(anna, 'Pass on')
await expect(anna, 'reviewer-1 passed it to: PALS')
await anna.locator('summary', { hasText: 'Add a note' }).press('Enter')
await anna.fill('#note', 'Rang the ward, they know.')
await press(anna, 'Add note')
await anna.locator('summary', { hasText: 'Say what came of it' }).press('Enter')
await anna.fill('#outcome', 'A second nurse at night.')
await anna.selectOption('#made', 'yes')
await press(anna, 'Say so')
await expect(anna, 'You said, we did')

const ben = await signedIn('reviewer-2')
await ben.goto(url + '/issues/' + issue)
await expect(ben, 'reviewer-1 works on this until')
if (await ben.getByRole('button', { name: 'Take this issue' }).count() !== 0) complaints.push('two people can take one issue')
await look(ben, 'issue-held-by-another')

await anna.selectOption('#status', 'actioned')
await press(anna, 'Set status')
const lena = await signedIn('lead-1')
await lena.goto(url + '/issues/' + issue)
await look(lena, 'issue-of-a-lead')
await press(lena, 'Close this issue')
await expect(lena, 'Closed')
await look(lena, 'issue-closed')
await lena.goto(url + '/issues?state=all')
await expect(lena, 'Closed')

// Taken away, with the words for a lead who says why.
async function taken (page, link) {
  const [file] = await Promise.all([page.waitForEvent('download'), link.press('Enter')])
  return readFileSync(await file.path(), 'utf8')
}
if (!(await taken(lena, lena.getByRole('link', { name: 'CSV of issues' }))).startsWith('id,opened_at,')) complaints.push('issues are not exported')
await lena.goto(url + '/posts?severity=4')
const plain = await taken(lena, lena.getByRole('link', { name: 'CSV of posts' }))
if (!plain.startsWith('key,made_at,') || plain.includes('faeces')) complaints.push('posts are not exported without their words')
await lena.locator('summary', { hasText: 'Take it with what was said' }).press('Enter')
await lena.fill('#export-reason', 'For the inquiry')
await look(lena, 'posts-export')
if (!(await taken(lena, lena.getByRole('button', { name: 'Words as CSV' }))).includes('faeces')) complaints.push('words are not exported')

// Joined with another, and silenced.
await lena.goto(url + '/issues/' + issue)
await lena.locator('summary', { hasText: 'Join another issue with it' }).press('Enter')
await look(lena, 'issue-arranged')
await lena.fill('#merge-reason', 'The same ward')
await press(lena, 'Join them')
await expect(lena, 'The same ward')
await lena.goto(url + '/silences')
await lena.selectOption('#theme', 'falls')
await lena.fill('#reason', 'Our campaign')
await press(lena, 'Silence')
await expect(lena, 'Our campaign')
await look(lena, 'silences')
await lena.locator('button', { hasText: 'End it now' }).press('Enter')
await lena.waitForLoadState('load')
await expect(lena, 'Nothing is silenced.')

await anna.goto(url + '/posts?severity=3')
await anna.locator('.item__title a').first().click()
await anna.selectOption('#verdict', 'regraded')
await anna.selectOption('#severity', '2')
await press(anna, 'Give verdict')
await expect(anna, 'reviewer-1 judged it a concern of severity medium')
await press(anna, 'Flag as inappropriate')
await expect(anna, 'reviewer-1 called it inappropriate')
await look(anna, 'post-judged')

// Through a list by keys alone, where scripts run; none is taken from who types, and they can be turned off.
if (scripting === 'on') {
  await anna.goto(url + '/posts')
  const chosen = () => anna.locator('.item').evaluateAll((all) => all.findIndex((one) => one.classList.contains('item--chosen')))
  for (const [keys, at] of [['jjj', 2], ['k', 1]]) {
    for (const key of keys) await anna.keyboard.press(key)
    if (await chosen() !== at) complaints.push(`${keys} leads to ${await chosen()}`)
  }
  await Promise.all([anna.waitForEvent('load'), anna.keyboard.press('a')])
  await anna.locator('.item--chosen').waitFor()
  if (await chosen() !== 1 || !(await anna.locator('.item--chosen').innerText()).includes('Judged: Right')) complaints.push('a does not judge')
  await look(anna, 'posts-by-keys')
  await anna.focus('#words')
  await anna.keyboard.type('jake')
  if (await anna.inputValue('#words') !== 'jake' || await chosen() !== 1) complaints.push('keys are taken from who types')
  await anna.getByRole('button', { name: 'Keys' }).press('Enter')
  await anna.keyboard.press('j')
  if (await chosen() !== 1) complaints.push('keys cannot be turned off')
  await anna.getByRole('button', { name: 'Keys' }).press('Enter')
  await anna.locator('.item--chosen .item__title a').focus()
  await Promise.all([anna.waitForURL('**/posts/*#review'), anna.keyboard.press('e')])
}

await anna.goto(url + '/review/sample')
await look(anna, 'sample')
await press(anna, 'Fine')
await expect(anna, 'Fine')
await anna.goto(url + '/reports')
await expect(anna, 'Looked at: 1 post that was not flagged. Should have been: 0 (0%).')
await look(anna, 'reports')
await browser.close()
console.log(JSON.stringify({ complaints }))
