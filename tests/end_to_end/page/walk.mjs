// Walks through pages with Debian's Chromium, at a desk's and a phone's width, and says what is not right.
//   node walk.mjs CHROMIUM URL FOLDER-FOR-PICTURES|- NAME:PASSWORD|- PATH…      who signs in first, by the form
// Prints one JSON object a page and width; exits 1 if any of them has a complaint. Runs where node_modules is.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const require = createRequire(join(process.cwd(), 'x'))
const { chromium } = require('playwright-core')
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')

const [executablePath, url, pictures, person, ...paths] = process.argv.slice(2)
const widths = { desk: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } }
const most = 150_000 // bytes of a page with all that it loads
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

const browser = await chromium.launch({ executablePath, args: flags })
let complained = false

async function look (path, name, scripts) {
  const complaints = []
  const context = await browser.newContext({ viewport: widths[name], javaScriptEnabled: scripts })
  const page = await context.newPage()
  if (person !== '-') {
    await page.goto(url + '/sign-in')
    await page.fill('#name', person.split(':')[0])
    await page.fill('#password', person.split(':')[1])
    await page.click('main button')
    await page.getByRole('button', { name: 'Sign out' }).waitFor()
  }
  const sizes = []
  const weigh = (request) => sizes.push(request.sizes())
  page.on('console', (line) => { if (line.type() === 'error') complaints.push(`console: ${line.text()}`) })
  page.on('pageerror', (error) => complaints.push(`script: ${error.message}`))
  page.on('request', (request) => { if (!request.url().startsWith(url)) complaints.push(`asks others: ${request.url()}`) })
  page.on('requestfinished', weigh)
  const began = performance.now()
  const answer = await page.goto(url + path, { waitUntil: 'load' })
  const loaded = Math.round(performance.now() - began)
  if (answer.status() !== 200) complaints.push(`status ${answer.status()}`)
  if (await page.locator('h1').count() !== 1) complaints.push('not one first heading')
  if (scripts) {
    const [inside, whole] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth])
    if (whole > inside) complaints.push(`${whole - inside} pixels wider than the window`)
    await page.evaluate(axe)
    const found = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }))
    for (const one of found.violations) complaints.push(`axe ${one.id}: ${one.nodes.map((node) => node.target.join(' ')).slice(0, 3).join(', ')}`)
    if (pictures !== '-') {
      const file = (path.replace(/[^a-z0-9]+/gi, '_').replace(/^_|_$/g, '') || 'today').slice(0, 40)
      await page.screenshot({ path: join(pictures, `${file}-${name}.png`), fullPage: true })
    }
  }
  page.off('requestfinished', weigh) // a stream of events ends with the page, and cannot be weighed then
  const bytes = (await Promise.all(sizes)).reduce((sum, one) => sum + one.responseBodySize + one.responseHeadersSize, 0)
  if (bytes > most) complaints.push(`${bytes} bytes`)
  await context.close()
  console.log(JSON.stringify({ path, name, scripts, loaded, bytes, complaints }))
  if (complaints.length > 0) complained = true
}

for (const path of paths) {
  for (const name of Object.keys(widths)) await look(path, name, true)
  await look(path, 'desk', false)
}
await browser.close()
process.exit(complained ? 1 : 0)
